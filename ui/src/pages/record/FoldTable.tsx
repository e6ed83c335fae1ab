// Folded events as a table: what was found something in first.

import { count } from "../../format/number";
import { agentTitle } from "../../format/words";
import { Ago } from "../../parts/Moment";
import { SeverityMark } from "../../parts/SeverityMark";
import { VerdictMark } from "../../parts/VerdictMark";
import { cell } from "../../parts/cells/cell";
import { useOpen } from "../../state/open";
import type { Folded } from "./fold";

interface FoldTableProps {
  lines: readonly Folded[];
  about: string;
  onFocus: (about: string) => void;
}

export function FoldTable({ lines, about, onFocus }: FoldTableProps) {
  return (
    <table className="table fold-table">
      <thead>
        <tr>
          <th scope="col" className="found-column">Found</th>
          <th scope="col">{about}</th>
          <th scope="col" className="tool-column">With</th>
          <th scope="col" className="agents-column">By</th>
          <th scope="col" className="figure-column">Times</th>
          <th scope="col" className="figure-column sessions-column">Sessions</th>
          <th scope="col" className="last-column">Latest</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => <Line key={line.about} line={line} onFocus={onFocus} />)}
      </tbody>
    </table>
  );
}

function Line({ line, onFocus }: { line: Folded; onFocus: (about: string) => void }) {
  const { show } = useOpen();
  const { latest } = line;
  return (
    <tr>
      <td className="found-column" {...cell("severity", line.severity)}>
        {line.severity === null ? <span className="faint">–</span> : <span className="decided"><SeverityMark severity={line.severity} word={false} /><VerdictMark verdict={line.verdict} /></span>}
      </td>
      <td className="cut main-column" {...cell("details", line.about)}>
        <button type="button" className="row-link mono" data-row={line.about} title={line.about} onFocus={() => onFocus(line.about)} onClick={() => show({ kind: "event", id: latest.id })}>
          {line.about || "no details"}
        </button>
      </td>
      <td className="tool-column cut dim" {...cell("tool", latest.tool)}>{line.tools.join(", ")}</td>
      <td className="agents-column cut dim" {...cell("agent", latest.agent)}>{line.agents.map(agentTitle).join(", ")}</td>
      <td className="figure-column">{count(line.times)}</td>
      <td className="figure-column sessions-column dim">{count(line.sessions)}</td>
      <td className="last-column dim"><Ago at={latest.at} /></td>
    </tr>
  );
}
