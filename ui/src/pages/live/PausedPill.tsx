// That the list stands still is never left to be noticed.

import { Play } from "lucide-react";
import { count } from "../../format/number";

export function PausedPill({ fresh, onResume }: { fresh: number; onResume: () => void }) {
  return (
    <button type="button" className="pill" onClick={onResume}>
      <Play aria-hidden />
      Paused, {count(fresh)} new
    </button>
  );
}
