// A rule as a person reads it; its text is folded.

import type { Rule } from "../api/types";
import { severityWord } from "../format/words";
import { PlainCode } from "./Code";

const ACTIONS = { deny: "denies", ask: "asks first", alert: "lets it through and notes it", allow: "lets it through" };

export function RuleView({ rule }: { rule: Rule }) {
  return (
    <>
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
    </>
  );
}
