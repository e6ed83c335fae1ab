// Moments and spans of time, in words. All in the reader's own time zone, 24 hours.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const two = (value: number) => String(value).padStart(2, "0");

/** `14:32:07` */
export function clock(at: string): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `14:32` */
export function hourMinute(at: string | number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `Fri 21 Nov` */
export function day(at: string | number): string {
  const date = new Date(at);
  return `${WEEKDAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]}`;
}

/** `14:32:07` today, `20 Nov 14:32` before. */
export function moment(at: string, now: number): string {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) return clock(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${hourMinute(at)}`;
}

/** `Fri 21 Nov 2026, 14:32:07.123` */
export function exact(at: string): string {
  const date = new Date(at);
  return `${day(at)} ${date.getFullYear()}, ${clock(at)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
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
