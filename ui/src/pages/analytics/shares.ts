// Counts as lines with their share of all.

export interface Share {
  name: string;
  value: number;
  /** Of the largest one, 0 to 1: how long its bar is. */
  bar: number;
  /** Of all, in percent. */
  percent: number;
}

/** The largest first; what is beyond the limit becomes one line. */
export function shares(counts: Readonly<Record<string, number>>, limit: number): Share[] {
  const all = Object.entries(counts).filter(([, value]) => value > 0).toSorted((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  const total = all.reduce((sum, [, value]) => sum + value, 0);
  const shown = all.length > limit ? all.slice(0, limit - 1) : all;
  const rest = all.slice(shown.length).reduce((sum, [, value]) => sum + value, 0);
  const lines: [string, number][] = rest > 0 ? [...shown, [`${all.length - shown.length} more`, rest]] : shown;
  const most = Math.max(1, ...lines.map(([, value]) => value));
  return lines.map(([name, value]) => ({ name, value, bar: value / most, percent: Math.round((value / total) * 100) }));
}
