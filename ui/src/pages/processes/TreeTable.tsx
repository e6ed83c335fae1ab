// The trees as one indented table: real rows and columns, with counts instead of hovering.

import { ChevronDown, ChevronRight } from "lucide-react";
import { count } from "../../format/number";
import { shortId } from "../../format/path";
import { agentTitle } from "../../format/words";
import { Ago } from "../../parts/Moment";
import { cell } from "../../parts/cells/cell";
import { useOpen } from "../../state/open";
import { type Node, programOf } from "./tree";

interface TreeTableProps {
  lines: readonly Node[];
  folded: ReadonlySet<string>;
  onFold: (id: string, on: boolean) => void;
  onFocus: (id: string) => void;
}

export function TreeTable(props: TreeTableProps) {
  return (
    <table className="table tree-table">
      <thead>
        <tr>
          <th scope="col">Program</th>
          <th scope="col" className="pid-column">Pid</th>
          <th scope="col" className="call-column">Call</th>
          <th scope="col" className="agent-column">Agent</th>
          <th scope="col" className="session-column">Session</th>
          <th scope="col" className="figure-column">Below</th>
          <th scope="col" className="last-column">Began</th>
        </tr>
      </thead>
      <tbody>{props.lines.map((node) => <Line key={node.id} node={node} {...props} />)}</tbody>
    </table>
  );
}

function Line({ node, folded, onFold, onFocus }: TreeTableProps & { node: Node }) {
  const { show } = useOpen();
  const { process, id, depth, children, below } = node;
  const isFolded = folded.has(id);
  const Fold = isFolded ? ChevronRight : ChevronDown;
  return (
    <tr>
      <td className="main-column" {...cell("program", programOf(process))}>
        <span className="tree-cell" style={{ paddingLeft: `${Math.min(depth, 12) * 16}px` }}>
          {children.length > 0 ? (
            <button type="button" className="fold" aria-expanded={!isFolded} aria-label={`${isFolded ? "Unfold" : "Fold"} ${programOf(process)} ${process.pid}`} onClick={() => onFold(id, !isFolded)}><Fold aria-hidden /></button>
          ) : <span className="fold" />}
          <button type="button" className="row-link mono cut" data-row={id} onFocus={() => onFocus(id)} onClick={() => show({ kind: "process", id })} title={process.line}>
            <b>{programOf(process)}</b> <span className="dim">{argumentsOf(process.line)}</span>
          </button>
        </span>
      </td>
      <td className="pid-column mono">{process.pid}</td>
      <td className="call-column cut" {...cell("call", process.call?.id)}>
        {process.outlives ? <span className="medium">goes on after its call</span> : <span className="mono dim" title={process.said ?? undefined}>{process.said ?? process.call?.id ?? <span className="faint">–</span>}</span>}
      </td>
      <td className="agent-column cut dim" {...cell("agent", process.agent)}>{process.agent === null ? "" : agentTitle(process.agent)}</td>
      <td className="session-column mono dim" {...cell("session", process.session)}>{process.session === null ? "" : shortId(process.session)}</td>
      <td className="figure-column">{below > 0 ? count(below) : <span className="faint">0</span>}</td>
      <td className="last-column dim"><Ago at={process.began} /></td>
    </tr>
  );
}

/** The line without its first word: that is the program, which stands before it. */
function argumentsOf(line: string): string {
  const space = line.indexOf(" ");
  return space < 0 ? "" : line.slice(space + 1);
}
