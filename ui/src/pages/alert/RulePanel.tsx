// The rule as it stands now.

import type { Rule } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { Panel } from "../../parts/Panel";
import { RuleView } from "../../parts/RuleView";

export function RulePanel({ rule, id }: { rule: Rule | null; id: string }) {
  if (!rule) {
    return (
      <Panel title="The rule">
        <Empty title={`There is no rule ${id} any more.`} command="ringfence rules list">
          It was renamed or removed since. What it found stays in the record.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title="The rule" aside={rule.source === "builtin" ? "built in" : rule.source}>
      <div className="padded event-view"><RuleView rule={rule} /></div>
    </Panel>
  );
}
