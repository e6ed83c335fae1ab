// What the shapes mean.

import type { Sight } from "../../api/types";
import { SIGHT_WORDS } from "./matrix";
import { SightMark } from "./SightMark";

export function Legend() {
  return (
    <p className="legend">
      {(["full", "partial", "none"] as Sight[]).map((sight) => <span key={sight}><SightMark sight={sight} /> {SIGHT_WORDS[sight]}</span>)}
    </p>
  );
}
