// A moment: how long ago, or when, as the reader has chosen; always with the exact time at hand.

import { ago, clock, exact, moment } from "../format/time";
import { useNow } from "../state/now";
import { times } from "../state/preferences";

export function Ago({ at }: { at: string }) {
  return times.use() === "relative" ? <Passed at={at} /> : <Moment at={at} />;
}

function Passed({ at }: { at: string }) {
  const now = useNow(1000);
  return (
    <time dateTime={at} title={exact(at)}>
      {ago(at, now)}
    </time>
  );
}

/** The clock time, with the day if it was not today. */
export function Moment({ at }: { at: string }) {
  const now = useNow(60_000);
  return (
    <time className="mono" dateTime={at} title={exact(at)}>
      {moment(at, now)}
    </time>
  );
}

/** The clock time alone: where a heading names the day, or rows come by the thousand. */
export function Clock({ at }: { at: string }) {
  return (
    <time className="mono" dateTime={at} title={exact(at)}>
      {clock(at)}
    </time>
  );
}
