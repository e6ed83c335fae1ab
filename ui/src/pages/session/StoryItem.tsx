// One line of the story: something said, or something done with what came of it. What a call
// said and what the kernel saw of it stand side by side.

import { Bot, User } from "lucide-react";
import type { EventRow } from "../../api/types";
import { count } from "../../format/number";
import { from } from "../../format/path";
import { between } from "../../format/time";
import { agentTitle, kindWord } from "../../format/words";
import { Decided, Kind, what } from "../../parts/EventRowLine";
import { KindIcon } from "../../parts/KindIcon";
import { Clock } from "../../parts/Moment";
import { SeverityMark } from "../../parts/SeverityMark";
import { type Deed, deedsOf } from "./deeds";
import type { Item, Line } from "./timeline";

interface StoryItemProps {
  item: Item;
  selected: boolean;
  open: string | undefined;
  /** Where the session works: files below it are named from there. */
  cwd: string | null;
  onOpen: (event: string) => void;
}

export function StoryItem({ item, selected, open, cwd, onOpen }: StoryItemProps) {
  if (item.type === "prompt") return <Said row={item.row} by="prompt" selected={selected || item.row.id === open} onOpen={onOpen} />;
  const { line } = item;
  const on = selected || line.row.id === open;
  const speaks = line.row.kind === "turn_end" || line.row.kind === "message";
  if (speaks && line.row.summary !== "") return <Said row={line.row} by="agent" selected={on} onOpen={onOpen} />;
  if (line.effects) return <SaidAndDone line={line} effects={line.effects} cwd={cwd} selected={on} onOpen={onOpen} />;
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

interface DoneProps {
  line: Line;
  selected: boolean;
  onOpen: (event: string) => void;
}

function Done({ line, selected, onOpen }: DoneProps) {
  const { row } = line;
  return (
    <div className={`done ${row.verdict}${selected ? " selected" : ""}`}>
      <Kind row={row} />
      <button type="button" className="row-link mono cut" data-row={row.id} onClick={() => onOpen(row.id)}>{row.summary || "no details"}</button>
      <End line={line} onOpen={onOpen} />
      <Clock at={row.at} />
    </div>
  );
}

function End({ line, onOpen }: Omit<DoneProps, "selected">) {
  const { row, result, asked } = line;
  return (
    <span className="done-end">
      {asked && <button type="button" className="quiet-button" onClick={() => onOpen(asked.id)}>asked you</button>}
      {result && <button type="button" className="quiet-button" onClick={() => onOpen(result.id)}>result after {between(row.at, result.at)}</button>}
      <Decided row={row} />
    </span>
  );
}

/** Deeds of a call that are shown; the others are in the list of its events. */
const DEEDS = 8;

function SaidAndDone({ line, effects, cwd, selected, onOpen }: DoneProps & { effects: readonly EventRow[]; cwd: string | null }) {
  const { row } = line;
  const { deeds, more } = deedsOf(effects, DEEDS);
  const found = effects.filter((effect) => effect.severity !== null).length;
  return (
    <div className={`pair ${row.verdict}${selected ? " selected" : ""}`}>
      <div className="pair-head">
        <Kind row={row} />
        <End line={line} onOpen={onOpen} />
        <Clock at={row.at} />
      </div>
      <div className="pair-sides">
        <div className="pair-said">
          <p className="label">It said</p>
          <button type="button" className="mono" data-row={row.id} onClick={() => onOpen(row.id)} aria-label={`${what(row)}: ${row.summary}`}>{row.summary || "no details"}</button>
        </div>
        <div className="pair-did">
          <p className="label">It did, as the kernel saw it</p>
          <ul>{deeds.map((deed) => <DeedLine key={`${deed.kind} ${deed.about}`} deed={deed} cwd={cwd} onOpen={onOpen} />)}</ul>
          {more > 0 && <p className="label">{count(more)} more</p>}
        </div>
      </div>
      {found > 0 && <p className="pair-found high">{found === 1 ? "One thing" : `${count(found)} things`} that it did, rules object to.</p>}
    </div>
  );
}

function DeedLine({ deed, cwd, onOpen }: { deed: Deed; cwd: string | null; onOpen: (event: string) => void }) {
  return (
    <li>
      <KindIcon kind={deed.kind} does={null} />
      <button type="button" className="mono cut" title={deed.about} onClick={() => onOpen(deed.row.id)}>{from(deed.about, cwd) || kindWord(deed.kind)}</button>
      <span className="faint">{deed.times > 1 ? `${count(deed.times)}×` : ""}</span>
      {deed.severity === null ? <span /> : <SeverityMark severity={deed.severity} word={false} />}
    </li>
  );
}
