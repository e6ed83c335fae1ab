// The session along its time: where it was busy, where something was found, and a replay.

import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useState } from "react";
import type { EventRow } from "../../api/types";
import { clock } from "../../format/time";
import { useKeys } from "../../state/keys";
import { SPEEDS, nearest, pause, placeOf, trackOf } from "./replay";
import { type Item, holds, rowOf } from "./timeline";

interface ScrubberProps {
  rows: readonly EventRow[];
  items: readonly Item[];
  row: string | undefined;
  onRow: (id: string) => void;
}

const BARS = 180;
const HEIGHT = 28;

export function Scrubber({ rows, items, row, onRow }: ScrubberProps) {
  const track = useMemo(() => trackOf(rows, BARS), [rows]);
  const shown = useMemo(() => items.map(rowOf), [items]);
  const place = items.findIndex((item) => holds(item, row));
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(SPEEDS[1]);
  const [wanted, setWanted] = useState(false);
  const at = shown[place];
  const next = shown[place + 1];
  // At its end a replay rests; it goes on when the session does.
  const playing = wanted && next !== undefined;
  const step = (by: number) => {
    const other = shown[place < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, place + by))];
    if (other) onRow(other.id);
  };
  useEffect(() => {
    if (!playing || !next) return;
    const timer = setTimeout(() => onRow(next.id), at ? pause(at.at, next.at, speed) : 0);
    return () => clearTimeout(timer);
  }, [playing, at, next, speed, onRow]);
  const toggle = () => {
    setWanted(!playing);
    const [first] = shown;
    if (!playing && !next && first) onRow(first.id);
  };
  useKeys({ Space: toggle, ArrowLeft: () => step(-1), ArrowRight: () => step(1) });
  const here = at ? placeOf(Date.parse(at.at), track) : 0;
  const seek = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const found = nearest(shown, (event.clientX - box.left) / box.width, track);
    if (found && found.id !== row) onRow(found.id);
  };
  const slide = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: 10, PageUp: -10, Home: -shown.length, End: shown.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  };
  const path = track.bars.map((bar, index) => (bar > 0 ? `M${index} ${HEIGHT}v${-bar * HEIGHT}h.7v${bar * HEIGHT}z` : "")).join("");
  return (
    <section className="panel scrubber" aria-label="Replay">
      <button type="button" className="icon-button" onClick={() => step(-1)} aria-label="Step back" title="Step back (←)"><SkipBack aria-hidden /></button>
      <button type="button" className="button play" onClick={toggle} aria-label={playing ? "Pause" : "Play"} title={`${playing ? "Pause" : "Play"} (Space)`}>{playing ? <Pause aria-hidden /> : <Play aria-hidden />}</button>
      <button type="button" className="icon-button" onClick={() => step(1)} aria-label="Step on" title="Step on (→)"><SkipForward aria-hidden /></button>
      <span className="mono scrubber-time">{clock(at?.at ?? track.first)}</span>
      <div
        className="scrubber-track"
        role="slider"
        tabIndex={0}
        aria-label="Place in the session"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, shown.length - 1)}
        aria-valuenow={Math.max(0, place)}
        aria-valuetext={at ? `${clock(at.at)}: ${at.summary}` : "the beginning"}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onPointerMove={seek}
        onKeyDown={slide}
      >
        <svg viewBox={`0 0 ${BARS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden><path d={path} /></svg>
        {track.marks.map((mark, index) => <span key={index} className={`tick ${mark.verdict}`} style={{ left: `${mark.place * 100}%` }} aria-hidden />)}
        <span className="scrubber-here" style={{ left: `${here * 100}%` }} aria-hidden />
      </div>
      <button type="button" className="quiet-button mono" onClick={() => setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? SPEEDS[0])} aria-label={`Speed: ${speed} times. Change it`}>{speed}×</button>
    </section>
  );
}
