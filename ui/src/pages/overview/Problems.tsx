// What is wrong with Ringfence itself: said first, since it makes everything else doubtful.

import { TriangleAlert } from "lucide-react";
import type { Status } from "../../api/types";
import { counted } from "../../format/number";
import { Prose } from "../../parts/Prose";

export function Problems({ status }: { status: Status }) {
  const problems = problemsOf(status);
  if (problems.length === 0) return null;
  return (
    <section className="panel problems" aria-label="What is wrong">
      <ul>
        {problems.map((problem) => (
          <li key={problem}>
            <TriangleAlert aria-hidden />
            <span><Prose text={problem} /></span>
          </li>
        ))}
      </ul>
    </section>
  );
}

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
