// The decision in plain sentences. Says only what the record holds.

import type { Event, FindingDetail, Verdict } from "../../api/types";
import { project } from "../../format/path";
import { agentTitle } from "../../format/words";

type Action = Event["action"];

/** Who wanted what, where: the first sentence. */
export function attempted(event: Event): string {
  if (event.source === "watcher" && event.action.kind === "config_change") return watched(event, event.action.path);
  const who = event.agent === undefined ? "Ringfence" : agentTitle(event.agent);
  const where = project(event.cwd);
  return `${who} ${deed(event.action)}${where === undefined ? "" : ` in ${where}`}.`;
}

/** What the watcher of trusted files found; it does not always know whose work that was. */
function watched(event: Event, path: string | null): string {
  const file = path ?? "A file that agents obey";
  if (event.moment === "first_sight") return `${file} was seen for the first time.`;
  const writer = event.agent === undefined ? "nobody knows by whom" : `by ${agentTitle(event.agent)}`;
  return `${file} was changed, ${writer}.`;
}

function deed(action: Action): string {
  switch (action.kind) {
    case "tool_call":
      return `wanted to ${usage(action.tool)}`;
    case "permission_request":
      return `asked for permission to ${usage(action.tool)}`;
    case "tool_result":
      return `used ${action.tool.name}`;
    case "prompt":
      return "was given a prompt";
    case "config_change":
      return "had its configuration changed";
    case "session_start":
      return "began a session";
    case "session_end":
      return "ended its session";
    case "turn_end":
      return "gave an answer";
    case "subagent_start":
      return "started a subagent";
    case "subagent_end":
      return "had a subagent end";
    case "compaction":
      return "shortened its context";
    case "notification":
      return "told its user something";
    case "exec":
      return "started a program";
    case "exit":
      return "had a program end";
    case "file":
      return "touched a file";
    case "connect":
      return "opened a connection";
    case "dns_query":
      return "asked for a name";
    case "listen":
      return "waited for connections";
    case "accept":
      return "took a connection";
    case "system":
      return "reached for the system";
    case "lost":
      return "did things that could not be seen";
    case "message":
      return "said something";
    case "thinking":
      return "thought something";
    case "usage":
      return "used a model";
    case "permission_mode":
      return "changed what it asks its user about";
    case "decision":
      return `${action.accepted ? "let" : "did not let"} ${action.tool} run`;
    case "hook_registered":
      return "registered a hook";
    case "hook_run":
      return "ran its hooks";
    case "http_exchange":
      return `talked to ${action.exchange.host}`;
    case "other":
      return "reported something";
  }
}

function usage(tool: Extract<Action, { kind: "tool_call" }>["tool"]): string {
  const { operation } = tool;
  switch (operation.does) {
    case "shell":
      return "run a command";
    case "read":
      return operation.paths.length === 1 ? "read a file" : "read files";
    case "write":
      return operation.changes.length === 1 ? "change a file" : "change files";
    case "search":
      return "search files";
    case "fetch":
      return "get a web page";
    case "web_search":
      return "search the web";
    case "mcp":
      return `call ${operation.tool} of the MCP server ${operation.server}`;
    case "subagent":
      return "start a subagent";
    case "other":
      return `use ${tool.name}`;
  }
}

/** What became of it: the second sentence. */
export function outcome(detail: FindingDetail): string {
  const { finding } = detail.finding;
  const { event, verdict } = detail.event;
  if (finding.allowed_by !== undefined) return "It was let through: you had allowed it.";
  if (strictness(verdict) > strictness(finding.verdict)) {
    return `This rule alone would have ${WOULD[finding.verdict]}; another one was stricter. ${became(verdict, event)}`;
  }
  return became(finding.verdict, event);
}

const WOULD: Record<Verdict, string> = { allow: "let it through", alert: "let it through", ask: "asked", deny: "denied it" };

function became(verdict: Verdict, event: Event): string {
  switch (verdict) {
    case "allow":
      return "It was let through.";
    case "alert":
      return "It was let through, and noted here.";
    case "ask":
      return "The agent was told to ask its user first.";
    case "deny":
      return DENIED[event.action.kind] ?? "The agent was told not to go on.";
  }
}

const DENIED: Partial<Record<Action["kind"], string>> = {
  tool_call: "It was denied before it ran.",
  permission_request: "The permission was refused.",
  tool_result: "It had run already; the agent was told not to go on with it.",
  prompt: "The prompt was kept from the model.",
  config_change: "The change was refused.",
};

function strictness(verdict: Verdict): number {
  return ["allow", "alert", "ask", "deny"].indexOf(verdict);
}

/** What the agent was told, as the judge puts it into words; `undefined` if nothing. */
export function told(detail: FindingDetail): string | undefined {
  const { finding } = detail.finding;
  if (finding.verdict !== "deny" && finding.verdict !== "ask") return undefined;
  const said = `Ringfence: ${finding.reason} (rule ${finding.rule})`;
  return detail.undo === null ? said : `${said}\n${detail.undo}`;
}

/** Whether another finding of the same event spoke for it. */
export function isLeading(detail: FindingDetail): boolean {
  const leading = detail.event.findings.toSorted(
    (one, other) => strictness(other.verdict) - strictness(one.verdict) || rank(other.severity) - rank(one.severity),
  )[0];
  return leading === undefined || leading.id === detail.finding.finding.id;
}

function rank(severity: string): number {
  return ["informational", "low", "medium", "high", "critical"].indexOf(severity);
}
