// The story in a few sentences; the last one says whether something left the machine, and stands out.

import type { Left } from "../../api/types";
import { LEFT } from "./words";

export function Narrative({ sentences, left }: { sentences: readonly string[]; left: Left }) {
  return (
    <p className="lead">
      {sentences.slice(0, -1).join(" ")} <b className={LEFT[left].hue === "dim" ? undefined : LEFT[left].hue}>{sentences.at(-1)}</b>
    </p>
  );
}
