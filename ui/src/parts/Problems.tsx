// What is wrong with Ringfence itself: said first, since it makes everything else doubtful.

import { TriangleAlert } from "lucide-react";
import type { Status } from "../api/types";
import { Prose } from "./Prose";
import { problemsOf } from "./problemsOf";

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
