// Where a step came from: what the user had asked, whose words stand in it, what was read before.

import { useQuery } from "@tanstack/react-query";
import { whyQuery } from "../../api/queries";
import type { EventDetail } from "../../api/types";
import { clock } from "../../format/time";
import { placeOf } from "./facts";

interface CameFromProps {
  event: EventDetail;
  place: string;
  onOpen: (event: string) => void;
}

const ORIGINS: Record<string, string> = {
  web_page: "a web page", web_search: "a search on the web", mcp: "an MCP server", outside_file: "a file from outside", package: "a package", project_file: "a file of the project",
};

/** Longest prompt that is shown. */
const LONGEST = 400;

export function CameFromView({ event, place, onOpen }: CameFromProps) {
  const { data: why } = useQuery({ ...whyQuery(event.id), enabled: event.event.session !== undefined });
  if (!why) return null;
  const { prompt, came_from: words, taints, started_by: starters } = why;
  if (prompt === null && words.length === 0 && taints.length === 0 && starters.length === 0) return null;
  const open = (number: number) => onOpen(placeOf(place, number));
  return (
    <section>
      <h3>Where it came from</h3>
      <ul className="came-from">
        {prompt !== null && (
          <li><span className="faint">The user had asked, {clock(prompt.at)}</span><q className="cut-anywhere">{prompt.text.slice(0, LONGEST)}</q></li>
        )}
        {words.map((one) => (
          <li key={`${one.event} ${one.line} ${one.piece}`}>
            <button type="button" className="quiet-button" onClick={() => open(one.event)}>Its words stand in {ORIGINS[one.origin] ?? one.origin}, line {one.line}</button>
            <code className="cut-anywhere">{one.name}</code><q className="mono cut-anywhere">{one.piece}</q>
          </li>
        ))}
        {taints.map((one) => (
          <li key={`${one.event} ${one.kind} ${one.text}`}>
            <button type="button" className="quiet-button" onClick={() => open(one.event)}>{one.kind === "secret" ? "The session held a secret" : "The session had read a text that gives orders"}</button>
            <code className="cut-anywhere">{one.text}</code>
          </li>
        ))}
        {starters.map((one) => (
          <li key={one.event}><button type="button" className="quiet-button" onClick={() => open(one.event)}>Started by</button><code className="cut-anywhere">{one.text}</code></li>
        ))}
      </ul>
    </section>
  );
}
