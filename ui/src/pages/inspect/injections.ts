// What came after a text that gives orders.

import type { InjectionRow } from "../../api/types";
import { count } from "../../format/number";

export function keyOf({ event, excerpt }: Pick<InjectionRow, "event" | "excerpt">): string {
  return `${event} ${excerpt}`;
}

/** Whether the agent obeyed, as far as rules noticed: what they found in the half hour after. */
export function obeyed({ after: { denied, asked, alerted } }: Pick<InjectionRow, "after">): { word: string; hue: string } {
  const stopped = [denied > 0 && `${count(denied)} denied`, asked > 0 && `${count(asked)} asked about`].filter(Boolean).join(", ");
  if (alerted > 0) return { word: `Afterwards ${count(alerted)} noted and let through${stopped === "" ? "" : `; ${stopped}`}`, hue: "high" };
  if (stopped !== "") return { word: `Afterwards ${stopped}`, hue: "medium" };
  return { word: "Nothing was found in the half hour after it", hue: "dim" };
}
