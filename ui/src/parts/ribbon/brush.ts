// A stretch of bars that was drawn on the ribbon: by pointer from one bar to another, or by
// keys. Bars are counted from 0; both ends belong to it.

export interface Stretch {
  first: number;
  last: number;
}

/** Between two bars, whichever came first. */
export function between(one: number, other: number): Stretch {
  return { first: Math.min(one, other), last: Math.max(one, other) };
}

/** How many bars a stretch begins with when a key draws it. */
const BEGIN = 12;

/** What a key makes of a stretch; `undefined` where it means nothing here, `null` clears it. */
export function pressed(key: string, shift: boolean, stretch: Stretch | undefined, bars: number): Stretch | null | undefined {
  if (key === "Delete" || key === "Backspace" || key === "Escape") return stretch ? null : undefined;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step === undefined) return undefined;
  if (!stretch) return { first: Math.max(0, bars - BEGIN), last: bars - 1 };
  const { first, last } = stretch;
  if (shift) return { first, last: Math.min(bars - 1, Math.max(first, last + step)) };
  if (first + step < 0 || last + step > bars - 1) return stretch;
  return { first: first + step, last: last + step };
}

/** Which bars lie in a stretch of time; `undefined` where none does. */
export function placed(from: number, to: number, since: number, width: number, bars: number): Stretch | undefined {
  const first = Math.max(0, Math.floor((from - since) / width));
  const last = Math.min(bars - 1, Math.ceil((to - since) / width) - 1);
  return last < first ? undefined : { first, last };
}
