// How far something is seen: a shape, named for those who do not see it. No hue: what is
// seen is normal, and what is not is no risk by itself.

import type { Sight } from "../../api/types";
import { SIGHT_WORDS } from "./matrix";

export function SightMark({ sight, label }: { sight: Sight; label?: string }) {
  const named = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": `${label}: ${SIGHT_WORDS[sight]}` };
  return (
    <svg viewBox="0 0 14 14" className={`sight ${sight}`} {...named}>
      <rect x="1.5" y="1.5" width="11" height="11" rx="1.5" />
      {sight === "partial" && <path d="M12.5 1.5V11a1.5 1.5 0 0 1-1.5 1.5H1.5Z" />}
    </svg>
  );
}
