// How busy it was, and when something was stopped: one bar for each step of time.

import { useQuery } from "@tanstack/react-query";
import { type PointerEvent, useState } from "react";
import { activityQuery } from "../../api/queries";
import type { Bucket } from "../../api/types";
import { counted } from "../../format/number";
import { day, hourMinute } from "../../format/time";
import { Loaded } from "../../parts/Loaded";
import { useNow } from "../../state/now";
import { type Range, spanOf } from "../../state/range";
import { type Bar, bars, labels, said } from "./bars";

const STEPS: Record<Exclude<Range, "all">, number> = { "1h": 60, "24h": 300, "7d": 3600, "30d": 14_400 };

export function Ribbon({ range }: { range: Exclude<Range, "all"> }) {
  const step = STEPS[range];
  const now = useNow(10_000);
  const until = Math.ceil((now + 1) / (step * 1000)) * step * 1000;
  const since = until - spanOf(range);
  const query = useQuery(activityQuery(since, until, step));
  return (
    <figure className="ribbon">
      <Loaded query={query} lines={1} brief>
        {(activity) => <Drawing buckets={activity.buckets} since={since} until={until} step={step} />}
      </Loaded>
    </figure>
  );
}

interface DrawingProps {
  buckets: Bucket[];
  since: number;
  until: number;
  step: number;
}

const HEIGHT = 44;

function Drawing({ buckets, since, until, step }: DrawingProps) {
  const drawn = bars(buckets, since, until, step);
  const [over, setOver] = useState<Bar>();
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * drawn.length);
    setOver(drawn[place]);
  };
  const path = drawn.map((bar, place) => (bar.height > 0 ? `M${place} ${HEIGHT}v${-bar.height * HEIGHT}h.72v${bar.height * HEIGHT}z` : "")).join("");
  const left = (place: number) => ({ left: `${((place + 0.36) / drawn.length) * 100}%` });
  return (
    <>
      <div className="ribbon-plot" onPointerMove={point} onPointerLeave={() => setOver(undefined)}>
        <svg viewBox={`0 0 ${drawn.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said(buckets)}>
          <path d={path} />
        </svg>
        {drawn.map((bar, place) => bar.worst && <span key={bar.from} className={`tick ${bar.worst}`} style={left(place)} aria-hidden />)}
        {over && <span className="ribbon-cursor" style={left(drawn.indexOf(over))} aria-hidden />}
      </div>
      <figcaption>
        {over ? (
          <span className="ribbon-over">
            {day(over.from)}, {hourMinute(over.from)} to {hourMinute(over.to)}: {counted(over.events, "event")}
            {over.denied > 0 && `, ${over.denied} denied`}
            {over.asked > 0 && `, ${over.asked} asked`}
            {over.alerted > 0 && `, ${over.alerted} alerted`}
          </span>
        ) : (
          labels(since, until).map((label) => <span key={label}>{label}</span>)
        )}
      </figcaption>
    </>
  );
}
