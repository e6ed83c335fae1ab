// Why: the rule's reason, the evidence, and the techniques it stands for.

import type { FindingDetail } from "../../api/types";
import { techniqueLink, techniqueName } from "../../format/techniques";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";

const TITLES = { deny: "Why it was denied", ask: "Why it was asked about", alert: "Why it was noted", allow: "Why it was noted" };

export function WhyPanel({ detail }: { detail: FindingDetail }) {
  const { finding } = detail.finding;
  const { rule } = detail;
  const techniques = finding.techniques ?? rule?.techniques ?? [];
  return (
    <Panel title={TITLES[finding.verdict]}>
      <div className="padded event-view">
        <p className="lead"><Prose text={finding.reason} /></p>
        {finding.evidence !== "" && (
          <section>
            <h3>What made the rule match</h3>
            <code className="evidence">{finding.evidence}</code>
          </section>
        )}
        {techniques.length > 0 && (
          <section>
            <h3>Techniques (MITRE ATT&CK)</h3>
            <ul className="techniques">
              {techniques.map((id) => (
                <li key={id}>
                  <a href={techniqueLink(id)} target="_blank" rel="noreferrer" className="link mono">{id}</a>
                  <span>{techniqueName(id) ?? "no name known here"}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {rule && rule.false_positives.length > 0 && (
          <section>
            <h3>When it may be fine</h3>
            <ul className="bullets">{rule.false_positives.map((text) => <li key={text}>{text}</li>)}</ul>
          </section>
        )}
      </div>
    </Panel>
  );
}
