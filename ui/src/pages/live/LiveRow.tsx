// One row of the live list. Drawn again only if it shows something else.

import { type MouseEvent, memo } from "react";
import { count } from "../../format/number";
import { type Entry, effectsWord } from "../../live/view";
import { Decided, Kind, Who } from "../../parts/EventRowLine";
import { cell } from "../../parts/cells/cell";
import { Clock } from "../../parts/Moment";

interface LiveRowProps {
  entry: Entry;
  place: number;
  of: number;
  top: number;
  selected: boolean;
  /** The project of its session, if known. */
  project: string | undefined;
  onOpen: (id: string) => void;
  onRow: (id: string) => void;
}

export const LiveRow = memo(function LiveRow({ entry, place, of, top, selected, project, onOpen, onRow }: LiveRowProps) {
  const { row } = entry;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(row.id);
  };
  // Only focus by keyboard stops the list: a click opens the row, and the list goes on.
  const focused = (event: React.FocusEvent) => {
    if (event.target.matches(":focus-visible")) onRow(row.id);
  };
  return (
    <li
      className={`live-row ${row.verdict}${selected ? " selected" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      aria-posinset={place}
      aria-setsize={of}
    >
      <Clock at={row.at} />
      <span className="live-who cut" {...cell("agent", row.agent)}><Who row={row} /> <span className="faint">{project}</span></span>
      <span className="live-kind" {...(row.tool === null ? cell("kind", row.kind) : cell("tool", row.tool))}><Kind row={row} /></span>
      <a href={`/live?open=${row.id}`} className="row-link mono cut" data-row={row.id} {...cell("details", row.summary)} onClick={open} onFocus={focused}>
        {entry.count > 1 && <b className="run">{count(entry.count)}×</b>}
        {row.summary || "no details"}
        {entry.effects && <span className="faint effects">{effectsWord(entry.effects)}</span>}
      </a>
      <span className="live-decided" {...cell("verdict", row.verdict)}><Decided row={row} /></span>
    </li>
  );
});
