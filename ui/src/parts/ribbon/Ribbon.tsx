// How busy it was, and when something was stopped: one bar for each step of time. What is
// drawn on it with the pointer or with keys is the stretch of time that the page looks at.

import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { activityQuery } from "../../api/queries";
import type { Bucket } from "../../api/types";
import { counted } from "../../format/number";
import { day, hourMinute } from "../../format/time";
import { useNow } from "../../state/now";
import { useSetSearch } from "../../state/open";
import { type Range, spanOf } from "../../state/range";
import { drawn as drawnStretch, ribbonRange, stamp, stretchWord } from "../../state/scope";
import { Loaded } from "../Loaded";
import { type Bar, bars, labels, said } from "./bars";
import { type Stretch, between, placed, pressed } from "./brush";
import "./ribbon.css";

const STEPS: Record<Exclude<Range, "all">, number> = { "1h": 60, "24h": 300, "7d": 3600, "30d": 14_400 };

export interface RibbonTime {
  since: number;
  until: number;
  step: number;
}

/** The time that the ribbon shows, to whole steps: the same question is asked once a step. */
export function useRibbonTime(): RibbonTime {
  const search = useSearch({ strict: false });
  const now = useNow(10_000);
  const range = ribbonRange(search, now);
  const step = STEPS[range];
  const until = Math.ceil((now + 1) / (step * 1000)) * step * 1000;
  return { since: until - spanOf(range), until, step };
}

export function Ribbon() {
  const { since, until, step } = useRibbonTime();
  const query = useQuery(activityQuery(since, until, step));
  return (
    <figure className="ribbon">
      <Loaded query={query} lines={1} brief>
        {(activity) => <Drawing buckets={activity.buckets} since={since} until={until} step={step} />}
      </Loaded>
    </figure>
  );
}

const HEIGHT = 44;

function Drawing({ buckets, since, until, step }: RibbonTime & { buckets: Bucket[] }) {
  const shown = bars(buckets, since, until, step);
  const scope = useScope(shown, since, step);
  const path = shown.map((bar, place) => (bar.height > 0 ? `M${place} ${HEIGHT}v${-bar.height * HEIGHT}h.72v${bar.height * HEIGHT}z` : "")).join("");
  const left = (place: number) => ({ left: `${((place + 0.36) / shown.length) * 100}%` });
  const { stretch, over } = scope;
  return (
    <>
      <div className="ribbon-plot" {...scope.handlers} tabIndex={0} role="slider" aria-label="Stretch of time" {...scope.values}>
        <svg viewBox={`0 0 ${shown.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said(buckets)}>
          <path d={path} />
        </svg>
        {shown.map((bar, place) => bar.worst && <span key={bar.from} className={`tick ${bar.worst}`} style={left(place)} aria-hidden />)}
        {over !== undefined && <span className="ribbon-cursor" style={left(over)} aria-hidden />}
        {stretch && (
          <span
            className="ribbon-stretch"
            style={{ left: `${(stretch.first / shown.length) * 100}%`, right: `${100 - ((stretch.last + 1) / shown.length) * 100}%` }}
            aria-hidden
          />
        )}
      </div>
      <figcaption>
        {over === undefined ? labels(since, until).map((label) => <span key={label}>{label}</span>) : <Told bar={shown[over]} />}
      </figcaption>
      {stretch && scope.word !== undefined && (
        <button type="button" className="ribbon-chip" style={beside(stretch, shown.length)} onClick={scope.clear} aria-label={`${scope.word}: only this. Show all again`}>
          {scope.word}
          <X aria-hidden />
        </button>
      )}
    </>
  );
}

/** Right of the stretch, or left of it where that would be beyond the end. */
function beside({ first, last }: Stretch, count: number): { left: string } | { right: string } {
  return last < count * 0.7 ? { left: `calc(${((last + 1) / count) * 100}% + 4px)` } : { right: `calc(${100 - (first / count) * 100}% + 4px)` };
}

function Told({ bar }: { bar: Bar | undefined }) {
  if (!bar) return null;
  return (
    <span className="ribbon-over">
      {day(bar.from)}, {hourMinute(bar.from)} to {hourMinute(bar.to)}: {counted(bar.events, "event")}
      {bar.denied > 0 && `, ${bar.denied} denied`}
      {bar.asked > 0 && `, ${bar.asked} asked`}
      {bar.alerted > 0 && `, ${bar.alerted} alerted`}
    </span>
  );
}

/** The stretch that is drawn: while the pointer is down its own, else the one of the address. */
function useScope(shown: Bar[], since: number, step: number) {
  const search = useSearch({ strict: false });
  const set = useSetSearch();
  const [over, setOver] = useState<number>();
  const [begun, setBegun] = useState<number>();
  const kept = drawnStretch(search);
  const stretch = begun !== undefined && over !== undefined && over !== begun
    ? between(begun, over)
    : kept && placed(kept.from, kept.to, since, step * 1000, shown.length);
  const clear = () => set({ from: undefined, to: undefined });
  const keep = ({ first, last }: Stretch) => {
    const from = shown[first]?.from;
    const to = shown[last]?.to;
    if (from !== undefined && to !== undefined) set({ from: stamp(from), to: stamp(to) });
  };
  const placeOf = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * shown.length);
    return Math.min(shown.length - 1, Math.max(0, place));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setBegun(placeOf(event));
      setOver(placeOf(event));
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => setOver(placeOf(event)),
    onPointerUp: (event: PointerEvent<HTMLDivElement>) => {
      const place = placeOf(event);
      if (begun !== undefined && begun !== place) keep(between(begun, place));
      setBegun(undefined);
    },
    onPointerCancel: () => setBegun(undefined),
    onPointerLeave: () => setOver(undefined),
    onKeyDown: (event: KeyboardEvent) => {
      const next = pressed(event.key, event.shiftKey, stretch, shown.length);
      if (next === undefined) return;
      event.preventDefault();
      if (next === null) clear();
      else keep(next);
    },
  };
  const word = kept && stretchWord(kept);
  const values = {
    "aria-valuemin": 0,
    "aria-valuemax": shown.length - 1,
    "aria-valuenow": stretch?.first ?? 0,
    "aria-valuetext": word ?? "All of it. Arrow keys draw a stretch, Shift and arrows change its length, Delete clears it",
  };
  return { over, stretch, word, clear, handlers, values };
}
