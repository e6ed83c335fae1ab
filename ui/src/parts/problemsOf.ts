// What is wrong with Ringfence itself, in sentences.

import type { Status } from "../api/types";
import { counted } from "../format/number";

/** The daemon's own words, and what its counters say. */
export function problemsOf(status: Status): string[] {
  const { store } = status;
  const problems = [...status.problems];
  if (store.last_error !== null) problems.push(`The record could not be written: ${store.last_error}`);
  if (store.dropped > 0) problems.push(`${counted(store.dropped, "event")} could not be kept and ${store.dropped === 1 ? "is" : "are"} lost.`);
  if (store.kept_in_memory > 0) problems.push(`${counted(store.kept_in_memory, "event")} ${store.kept_in_memory === 1 ? "waits" : "wait"} in memory for the disk.`);
  if (store.bad_files > 0) problems.push(`${counted(store.bad_files, "file")} of the spool could not be read and ${store.bad_files === 1 ? "was" : "were"} put aside.`);
  return problems;
}
