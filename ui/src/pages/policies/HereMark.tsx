// What a rule does on this machine; a dot where the user chose it.

import type { RuleRow } from "../../api/types";
import { HERE } from "./lines";

export function HereMark({ rule }: { rule: Pick<RuleRow, "here" | "choice"> }) {
  return (
    <span className={`here ${rule.here}`}>
      {HERE[rule.here]}
      {rule.choice !== null && <span className="chosen-dot" role="img" aria-label="chosen by you" title="Chosen by you" />}
    </span>
  );
}
