// A view as the command that shows the same in a terminal.

import type { Entity } from "./entity";
import { parseWhere } from "./where";
import type { ScopeSearch } from "./scope";

export interface Spoken {
  command: string;
  /** What of the view the command cannot say. */
  without: string[];
}

type Search = ScopeSearch & Readonly<Record<string, unknown>>;

interface Verb {
  words: string[];
  /** Which parts of the view become which options. */
  options: Record<string, string>;
}

const EVENTS: Record<string, string> = { agent: "--agent", kind: "--kind", does: "--does", verdict: "--verdict", text: "--text", session: "--session" };
const ALERTS: Record<string, string> = { agent: "--agent", severity: "--severity", rule: "--rule", session: "--session" };
const SESSIONS: Record<string, string> = { agent: "--agent", session: "--session" };

const INCIDENTS: Record<string, string> = { session: "--session" };

const VERBS: Record<string, Verb> = {
  "/": { words: ["status"], options: {} },
  "/live": { words: ["events", "--follow"], options: EVENTS },
  "/sessions": { words: ["sessions"], options: SESSIONS },
  "/incidents": { words: ["incidents", "list"], options: INCIDENTS },
  "/alerts": { words: ["alerts"], options: ALERTS },
  "/proc": { words: ["ps"], options: {} },
  "/policies": { words: ["rules", "list"], options: {} },
  "/analytics": { words: ["cost"], options: {} },
  "/coverage": { words: ["doctor"], options: {} },
  "/system": { words: ["status"], options: {} },
};

/** By tab; the first one is what the page shows without one. Where no command shows the same there is none. */
const TABS: Record<string, Record<string, string | undefined>> = {
  "/files": { sensitive: undefined, trusted: "files", all: undefined },
  "/net": { unknown: undefined, all: undefined, programs: undefined, requests: "events --kind http_exchange", names: "events --kind dns_query", searched: "events --does web_search" },
  "/mcp": { calls: "events --does mcp" },
};

/** What a view consists of, and is no filter. */
const SILENT = new Set(["row", "open", "paused", "raw", "tab", "where", "range", "from", "to", "effects"]);

/** The command for a view; `undefined` where there is none. */
export function commandOf(path: string, search: Search): Spoken | undefined {
  const session = /^\/sessions\/(.+)$/.exec(path)?.[1];
  if (session !== undefined) return speak({ words: ["events", "--session", quote(decodeURIComponent(session))], options: EVENTS }, search, true);
  const incident = /^\/incidents\/([\w-]+)$/.exec(path)?.[1];
  if (incident !== undefined) return { command: `ringfence incidents show ${incident}`, without: [] };
  const tabs = TABS[path];
  if (tabs) {
    const words = String(search["tab"] ?? "") in tabs ? tabs[String(search["tab"])] : Object.values(tabs)[0];
    return words === undefined ? undefined : speak({ words: words.split(" "), options: words === "files" ? {} : EVENTS }, search, words !== "files");
  }
  // The list of a terminal has the open ones, or all.
  if (path === "/incidents" && search["state"] === "all") return speak({ words: ["incidents", "list", "--all"], options: INCIDENTS }, { ...search, state: undefined }, true);
  const verb = VERBS[path];
  return verb && speak(verb, search, path in { "/live": 1, "/sessions": 1, "/incidents": 1, "/alerts": 1 });
}

function speak(verb: Verb, search: Search, scoped: boolean): Spoken {
  const words = ["ringfence", ...verb.words];
  const without: string[] = [];
  for (const [name, value] of Object.entries(search)) {
    if (SILENT.has(name) || value === undefined) continue;
    const option = verb.options[name];
    if (option === undefined) without.push(`${name} ${String(value)}`);
    else words.push(option, quote(String(value)));
  }
  for (const term of parseWhere(typeof search["where"] === "string" ? search["where"] : undefined)) {
    const option = verb.options[term.field];
    if (option === undefined || term.not || words.includes(option)) without.push(`${term.not ? "not " : ""}${term.field} ${term.value}`);
    else words.push(option, quote(term.value));
  }
  if (search.from !== undefined) {
    if (scoped) words.push("--since", search.from.replace("Z", ":00Z"));
    without.push(`until ${search.to ?? ""}`);
  } else if (scoped && search.range !== undefined && search.range !== "all") {
    words.push("--since", search.range);
  }
  return { command: words.join(" "), without };
}

/** The command that shows what is open beside a page. */
export function commandOfEntity({ kind, id }: Entity): string {
  switch (kind) {
    case "event":
    case "alert":
      return `ringfence why ${id}`;
    case "incident":
      return `ringfence incidents show ${id}`;
    case "session":
      return `ringfence sessions show ${quote(id)}`;
    case "rule":
      return `ringfence rules show ${quote(id)}`;
    case "process":
      return "ringfence ps";
    case "agent":
      return "ringfence doctor";
    case "file":
    case "host":
      return `ringfence events --text ${quote(id)}`;
    case "package":
      return `ringfence events --text ${quote(id.slice(id.indexOf(":") + 1, id.lastIndexOf("@")))}`;
    case "tool":
      return `ringfence events --does mcp --text ${quote(id.slice(id.indexOf("/") + 1))}`;
  }
}

/** A word as a shell reads it back. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
