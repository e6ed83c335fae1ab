// All that the palette can lead to: pages, saved views, actions, sessions, incidents and alerts.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { incidentsQuery } from "../../api/incidents";
import { findingsQuery, sessionsQuery } from "../../api/queries";
import { project, shortId } from "../../format/path";
import { agentTitle, severityWord, statusWord } from "../../format/words";
import { copyCommand } from "../../parts/copyCommand";
import { readEntity } from "../../state/entity";
import { useOpen } from "../../state/open";
import { PAGES } from "../../state/pages";
import { singleKeys, times } from "../../state/preferences";
import { say } from "../../state/toast";
import { useViews } from "../../state/views";
import { openHelp } from "../shell/Help";
import { nextDensity, nextTheme, nextZone, signOut } from "../shell/Nav";
import { rank } from "./rank";

export interface PaletteItem {
  id: string;
  group: string;
  word: string;
  more?: string | undefined;
  /** Keys that do the same. */
  keys?: string[];
  run: () => void;
}

/** Sessions, incidents and alerts that are shown at most. */
const FOUND = 6;
/** What the record is asked for is at least so long. */
const LEAST = 2;

export function usePaletteItems(text: string, asked: string): PaletteItem[] {
  const go = useNavigate();
  const router = useRouter();
  const { show } = useOpen();
  const views = useViews();
  const wanted = asked.length >= LEAST ? asked : undefined;
  const sessions = useInfiniteQuery(sessionsQuery({ text: wanted }, FOUND));
  const incidents = useInfiniteQuery(incidentsQuery({ text: wanted, state: "all" }, FOUND));
  const alerts = useInfiniteQuery(findingsQuery({ text: wanted }, FOUND));

  const pages: PaletteItem[] = PAGES.map((page) => ({
    id: page.to, group: "Pages", word: page.word, more: page.asks, keys: ["g", page.key], run: () => void go({ to: page.to }),
  }));
  const saved: PaletteItem[] = views.map((view) => ({
    id: `view ${view.name}`, group: "Saved views", word: view.name, more: view.path, run: () => router.history.push(view.path),
  }));
  const entity = readEntity(text.trim());
  const direct: PaletteItem[] = entity ? [{ id: "direct", group: "Go to", word: `Open ${entity.kind} ${entity.id}`, more: text, run: () => show(entity) }] : [];
  const found: PaletteItem[] = [
    ...(sessions.data?.pages[0]?.items ?? []).slice(0, FOUND).map((item) => ({
      id: `session ${item.session}`,
      group: "Sessions",
      word: item.prompt ?? project(item.cwd) ?? shortId(item.session),
      more: [item.agent && agentTitle(item.agent), project(item.cwd), shortId(item.session)].filter(Boolean).join(", "),
      run: () => void go({ to: "/sessions/$session", params: { session: item.session } }),
    })),
    ...(incidents.data?.pages[0]?.items ?? []).slice(0, FOUND).map((item) => ({
      id: `incident ${item.id}`,
      group: "Incidents",
      word: item.title,
      more: [severityWord(item.severity), statusWord(item.status), project(item.cwd), item.id].filter(Boolean).join(", "),
      run: () => void go({ to: "/incidents/$id", params: { id: item.id } }),
    })),
    ...(alerts.data?.pages[0]?.items ?? []).slice(0, FOUND).map((item) => ({
      id: `alert ${item.finding.id}`,
      group: "Alerts",
      word: item.finding.title,
      more: `${severityWord(item.finding.severity)}, ${item.finding.evidence || item.summary}`,
      run: () => void go({ to: "/alerts/$id", params: { id: item.finding.id } }),
    })),
  ];
  return [
    ...direct,
    ...rank([...pages, ...saved, ...actions(() => copyCommand(router.state.location))], text),
    // The record looked for the words itself; what is shown before it answered is not narrowed twice.
    ...(wanted === undefined ? rank(found, text) : found),
  ];
}

function actions(copy: () => void): PaletteItem[] {
  const list: [string, string | undefined, string[] | undefined, () => void][] = [
    ["Copy the view as a command", "ringfence terminal", ["c"], copy],
    ["Next theme", "dark light auto colours", ["t"], nextTheme],
    ["Next density of rows", "compact roomy regular", ["d"], nextDensity],
    ["Times in your zone or in UTC", "time zone clock", ["z"], nextZone],
    ["Times as “3 min ago” or in full", "relative absolute", undefined, () => {
      times.next();
      say(`Times are ${times.get()}`);
    }],
    ["Single keys on or off", "keyboard shortcuts", undefined, () => {
      singleKeys.next();
      say(`Keys without Ctrl are ${singleKeys.get()}`);
    }],
    ["Keyboard and help", "shortcuts", ["?"], openHelp],
    ["Sign out", undefined, undefined, () => void signOut()],
  ];
  return list.map(([word, more, keys, run]) => ({ id: word, group: "Actions", word, more, ...(keys && { keys }), run }));
}
