// The sessions as a table; on a narrow screen each row folds to two lines.

import { Link } from "@tanstack/react-router";
import type { SessionRow } from "../../api/types";
import { count, short } from "../../format/number";
import { project, shortId } from "../../format/path";
import { costWord, tokensOf } from "../../format/spent";
import { between } from "../../format/time";
import { agentTitle } from "../../format/words";
import { Ago, Moment } from "../../parts/Moment";
import { SeverityMark } from "../../parts/SeverityMark";
import { cell } from "../../parts/cells/cell";
import { worstOf } from "../../parts/worst";

interface SessionTableProps {
  items: SessionRow[];
  onFocus: (id: string) => void;
}

export function SessionTable({ items, onFocus }: SessionTableProps) {
  return (
    <table className="table sessions">
      <thead>
        <tr>
          <th scope="col" className="agent-column">Agent</th>
          <th scope="col" className="project-column">Project</th>
          <th scope="col">First prompt</th>
          <th scope="col" className="time-column">Started</th>
          <th scope="col" className="figure-column length-column">Length</th>
          <th scope="col" className="figure-column events-column">Events</th>
          <th scope="col" className="figure-column">Calls</th>
          <th scope="col" className="figure-column spent-column">Cost</th>
          <th scope="col" className="figure-column">Denied</th>
          <th scope="col" className="worst-column">Alerts</th>
          <th scope="col" className="last-column">Last event</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => <SessionLine key={item.session} item={item} onFocus={onFocus} />)}
      </tbody>
    </table>
  );
}

function SessionLine({ item, onFocus }: { item: SessionRow; onFocus: (id: string) => void }) {
  return (
    <tr>
      <td className="agent-column dim" {...cell("agent", item.agent)}>{item.agent === null ? "" : agentTitle(item.agent)}</td>
      <td className="project-column cut" {...cell("project", project(item.cwd))} title={item.cwd ?? undefined}>{project(item.cwd) ?? shortId(item.session)}</td>
      <td className="cut main-column">
        <Link
          to="/sessions/$session"
          params={{ session: item.session }}
          className="row-link"
          data-row={item.session}
          onFocus={() => onFocus(item.session)}
        >
          {item.prompt ?? <span className="faint">No prompt yet</span>}
        </Link>
      </td>
      <td className="time-column dim"><Moment at={item.first} /></td>
      <td className="figure-column length-column dim">{between(item.first, item.last)}</td>
      <td className="figure-column events-column dim">{count(item.events)}{item.incomplete && <b className="medium" title="The sensor lost something of it">!<span className="hidden"> incomplete</span></b>}</td>
      <td className="figure-column dim">{count(item.tool_calls)}</td>
      <td className="figure-column spent-column dim" title={item.spent ? `${short(tokensOf(item.spent))} tokens` : undefined}>{item.spent ? costWord(item.spent) : <span className="faint">–</span>}</td>
      <td className="figure-column">{item.denied > 0 ? count(item.denied) : <span className="faint">0</span>}</td>
      <td className="worst-column" {...cell("severity", worstOf(item.findings))}><Worst findings={item.findings} /></td>
      <td className="last-column dim"><Ago at={item.last} /></td>
    </tr>
  );
}

/** The worst severity that was found, and how often anything was. */
function Worst({ findings }: { findings: Record<string, number> }) {
  const worst = worstOf(findings);
  if (worst === undefined) return null;
  const all = Object.values(findings).reduce((sum, times) => sum + times, 0);
  return <span className="worst"><SeverityMark severity={worst} /> <span className="faint">{count(all)}</span></span>;
}
