// The trees as a picture. The boxes are buttons in the order of the table, so that keyboards and
// screen readers have the same; the lines behind them are a drawing only.

import { useMemo } from "react";
import { count, counted } from "../../format/number";
import { useOpen } from "../../state/open";
import { BOX, graphOf, type Place } from "./graph";
import { type Node, programOf } from "./tree";
import "./graph.css";

interface GraphViewProps {
  trees: readonly Node[];
  onFocus: (id: string) => void;
}

export function GraphView({ trees, onFocus }: GraphViewProps) {
  const graph = useMemo(() => graphOf(trees), [trees]);
  return (
    <>
      <div className="graph-scroll" tabIndex={0} role="region" aria-label="Who started whom">
        <div className="graph" style={{ width: graph.width, height: graph.height }}>
          <svg width={graph.width} height={graph.height} aria-hidden>
            {graph.lines.map(({ key, path, outlives }) => <path key={key} d={path} className={outlives ? "outlives" : undefined} />)}
          </svg>
          <ol>{graph.places.map((place) => <Box key={place.node.id} place={place} onFocus={onFocus} />)}</ol>
        </div>
      </div>
      {graph.hidden > 0 && <p className="panel-end">{counted(graph.hidden, "process", "processes")} further from an agent not drawn: the table has them all.</p>}
    </>
  );
}

function Box({ place: { node, x, y, hidden }, onFocus }: { place: Place; onFocus: (id: string) => void }) {
  const { show } = useOpen();
  const { process, id, depth } = node;
  return (
    <li style={{ left: x, top: y, width: BOX.width, height: BOX.height }}>
      <button type="button" className={depth === 0 ? "graph-box root" : "graph-box"} data-row={id} title={process.line} onFocus={() => onFocus(id)} onClick={() => show({ kind: "process", id })}>
        <b className="cut">{programOf(process)}</b>
        <span className="faint mono">{process.pid}</span>
        {process.outlives && <span className="medium">goes on after its call</span>}
        {hidden > 0 && <span className="faint">+{count(hidden)} below</span>}
      </button>
    </li>
  );
}
