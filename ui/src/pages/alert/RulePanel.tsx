// The rule as it stands now; its text is folded.

import type { Rule } from "../../api/types";
import { severityWord } from "../../format/words";
import { PlainCode } from "../../parts/Code";
import { Empty } from "../../parts/Empty";
import { Panel } from "../../parts/Panel";

const ACTIONS = { deny: "denies", ask: "asks first", alert: "lets it through and notes it", allow: "lets it through" };

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
      <div className="padded event-view">
        <p><b>{rule.title}</b> <span className="dim">{severityWord(rule.severity)}, {ACTIONS[rule.action]}</span></p>
        <p className="dim">{rule.description}</p>
        {rule.references.length > 0 && (
          <ul className="bullets">
            {rule.references.map((reference) => (
              <li key={reference}><a href={reference} target="_blank" rel="noreferrer" className="link cut-anywhere">{reference}</a></li>
            ))}
          </ul>
        )}
        <details>
          <summary>Its text</summary>
          <PlainCode label="Text of the rule" text={rule.text} />
        </details>
      </div>
    </Panel>
  );
}
