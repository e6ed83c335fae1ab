// Moments and spans of time, in words: 24 hours, in the reader's own time zone or in UTC.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const two = (value: number) => String(value).padStart(2, "0");

export type Zone = "local" | "utc";

let zone: Zone = "local";

/** In which time zone all of these speak from now on. */
export function setZone(chosen: Zone): void {
  zone = chosen;
}

/** A moment as a clock and a calendar in the chosen zone show it. */
function shown(at: string | number) {
  const date = new Date(at);
  const local = zone === "local";
  return {
    year: local ? date.getFullYear() : date.getUTCFullYear(),
    month: MONTHS[local ? date.getMonth() : date.getUTCMonth()] ?? "",
    date: local ? date.getDate() : date.getUTCDate(),
    weekday: WEEKDAYS[local ? date.getDay() : date.getUTCDay()] ?? "",
    hours: two(local ? date.getHours() : date.getUTCHours()),
    minutes: two(local ? date.getMinutes() : date.getUTCMinutes()),
    seconds: two(date.getUTCSeconds()),
    milliseconds: String(date.getUTCMilliseconds()).padStart(3, "0"),
  };
}

/** `14:32:07` */
export function clock(at: string | number): string {
  const { hours, minutes, seconds } = shown(at);
  return `${hours}:${minutes}:${seconds}`;
}

/** `14:32` */
export function hourMinute(at: string | number): string {
  const { hours, minutes } = shown(at);
  return `${hours}:${minutes}`;
}

/** `Fri 21 Nov` */
export function day(at: string | number): string {
  const { weekday, date, month } = shown(at);
  return `${weekday} ${date} ${month}`;
}

/** `14:32:07` today, `20 Nov 14:32` before. */
export function moment(at: string, now: number): string {
  if (day(at) === day(now) && shown(at).year === shown(now).year) return clock(at);
  const { date, month } = shown(at);
  return `${date} ${month} ${hourMinute(at)}`;
}

/** `Fri 21 Nov 2026, 14:32:07.123`; with `UTC` where that is spoken. */
export function exact(at: string): string {
  const { year, milliseconds } = shown(at);
  return `${day(at)} ${year}, ${clock(at)}.${milliseconds}${zone === "utc" ? " UTC" : ""}`;
}

/** The name of the chosen zone, `UTC` or `Europe/Berlin`. */
export function zoneName(): string {
  return zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `just now`, `42 s ago`, `3 min ago`, `5 h ago`, `2 days ago` */
export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  if (passed < 1.5 * SECOND) return "just now";
  if (passed < MINUTE) return `${Math.round(passed / SECOND)} s ago`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  const days = Math.floor(passed / DAY);
  return days === 1 ? "1 day ago" : `${days} days ago`;
}

/** `120 ms`, `4.2 s`, `42 s`, `12 min`, `1 h 12 min`, `3 days` */
export function span(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < DAY) {
    const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
    const hours = `${Math.floor(milliseconds / HOUR)} h`;
    return minutes === 0 ? hours : `${hours} ${minutes} min`;
  }
  const days = Math.floor(milliseconds / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

/** The span between two moments. */
export function between(first: string, last: string): string {
  return span(Date.parse(last) - Date.parse(first));
}
