// How high a row is: as dense as was chosen, and two lines where the screen is narrow. Must
// fit live.css and tokens.css.

import { useSyncExternalStore } from "react";
import { type Density, density } from "../../state/preferences";

const narrow = matchMedia("(max-width: 900px)");
const HEIGHTS: Record<Density, number> = { compact: 28, regular: 32, roomy: 40 };
const NARROW = 54;

export function useRowHeight(): number {
  const chosen = density.use();
  const isNarrow = useSyncExternalStore(
    (listener) => {
      narrow.addEventListener("change", listener);
      return () => narrow.removeEventListener("change", listener);
    },
    () => narrow.matches,
  );
  return isNarrow ? NARROW : HEIGHTS[chosen];
}
