// How high a row is: two lines where the screen is narrow. Must fit live.css.

import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 900px)");

export function useRowHeight(): number {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener("change", listener);
      return () => narrow.removeEventListener("change", listener);
    },
    () => (narrow.matches ? 54 : 32),
  );
}
