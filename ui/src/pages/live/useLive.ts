// The view of the ring that is shown, and how much came since it was paused.

import { useMemo } from "react";
import { rows, useFact } from "../../live/feed";
import { View } from "../../live/view";
import type { LiveSearch } from "../../state/search";

export interface Live {
  view: View;
  /** Rows that passed the filter since the list was paused. */
  fresh: number;
}

export function useLive({ agent, kind, verdict, text, group }: LiveSearch, paused: boolean): Live {
  // Drawn anew with each change of the rows; a view takes in what it has not seen, once.
  useFact("version");
  const view = useMemo(
    () => new View(rows, { agent, kind, verdict, text }, group === true),
    [agent, kind, verdict, text, group],
  );
  // A paused list that holds nothing yet (a reload) takes in what the page begins with.
  if (paused && view.length > 0) return { view, fresh: view.fresh() };
  view.update();
  return { view, fresh: 0 };
}
