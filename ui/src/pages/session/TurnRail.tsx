// The turns of a session: each prompt, how many calls followed, the worst that was found.

import { useState } from "react";
import { count } from "../../format/number";
import { Panel } from "../../parts/Panel";
import { SeverityMark } from "../../parts/SeverityMark";
import type { Turn } from "./timeline";

interface TurnRailProps {
  turns: Turn[];
  /** The turn that is looked at. */
  current: Turn | undefined;
  onGo: (row: string) => void;
}

const SHORT = 200;

export function TurnRail({ turns, current, onGo }: TurnRailProps) {
  const [all, setAll] = useState(false);
  const prompted = turns.filter((turn) => turn.prompt !== undefined);
  const shown = all ? prompted : prompted.slice(-SHORT);
  return (
    <Panel title="Turns" className="rail" aside={prompted.length > 0 && <span title="Turn before, next turn">{count(prompted.length)} <kbd aria-hidden>[</kbd> <kbd aria-hidden>]</kbd></span>}>
      {prompted.length === 0 && <p className="padded dim">No prompt yet.</p>}
      {shown.length < prompted.length && (
        <p className="more"><button type="button" className="button small" onClick={() => setAll(true)}>Show the first {count(prompted.length - shown.length)}</button></p>
      )}
      <ol>
        {shown.map((turn) => turn.prompt && (
          <li key={turn.prompt.id}>
            <TurnButton turn={turn} id={turn.prompt.id} text={turn.prompt.summary} on={turn === current} onGo={onGo} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function TurnButton({ turn, id, text, on, onGo }: { turn: Turn; id: string; text: string; on: boolean; onGo: (row: string) => void }) {
  return (
    <button type="button" aria-current={on ? "true" : undefined} onClick={() => onGo(id)}>
      <span className="mono faint">{turn.number}</span>
      <span className="cut">{text}</span>
      {turn.worst === undefined ? <span className="mono faint" title="tool calls">{turn.calls}</span> : <SeverityMark severity={turn.worst} word={false} />}
    </button>
  );
}
