// One line of the story: something said, or something done with what came of it.

import { Bot, User } from "lucide-react";
import type { EventRow } from "../../api/types";
import { between } from "../../format/time";
import { agentTitle } from "../../format/words";
import { Decided, Kind } from "../../parts/EventRowLine";
import { Clock } from "../../parts/Moment";
import type { Item, Line } from "./timeline";

interface StoryItemProps {
  item: Item;
  selected: boolean;
  open: string | undefined;
  onOpen: (event: string) => void;
}

export function StoryItem({ item, selected, open, onOpen }: StoryItemProps) {
  if (item.type === "prompt") return <Said row={item.row} by="prompt" selected={selected || item.row.id === open} onOpen={onOpen} />;
  const { line } = item;
  const on = selected || line.row.id === open;
  if (line.row.kind === "turn_end" && line.row.summary !== "") return <Said row={line.row} by="agent" selected={on} onOpen={onOpen} />;
  return <Done line={line} selected={on} onOpen={onOpen} />;
}

interface SaidProps {
  row: EventRow;
  by: "prompt" | "agent";
  selected: boolean;
  onOpen: (event: string) => void;
}

function Said({ row, by, selected, onOpen }: SaidProps) {
  const Icon = by === "prompt" ? User : Bot;
  const who = by === "prompt" ? "Prompt" : row.agent === null ? "Answer" : agentTitle(row.agent);
  return (
    <div className={`said ${by}${selected ? " selected" : ""}`}>
      <p className="said-who">
        <Icon aria-hidden />
        <b>{who}</b>
        <Decided row={row} />
        <Clock at={row.at} />
      </p>
      <button type="button" className="row-link said-text" data-row={row.id} onClick={() => onOpen(row.id)}>{row.summary || "no text"}</button>
    </div>
  );
}

function Done({ line, selected, onOpen }: { line: Line; selected: boolean; onOpen: (event: string) => void }) {
  const { row, result, asked } = line;
  return (
    <div className={`done ${row.verdict}${selected ? " selected" : ""}`}>
      <Kind row={row} />
      <button type="button" className="row-link mono cut" data-row={row.id} onClick={() => onOpen(row.id)}>{row.summary || "no details"}</button>
      <span className="done-end">
        {asked && <button type="button" className="quiet-button" onClick={() => onOpen(asked.id)}>asked you</button>}
        {result && <button type="button" className="quiet-button" onClick={() => onOpen(result.id)}>result after {between(row.at, result.at)}</button>}
        <Decided row={row} />
      </span>
      <Clock at={row.at} />
    </div>
  );
}
