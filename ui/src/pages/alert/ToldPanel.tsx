// What went back to the agent, word for word.

import { Link } from "@tanstack/react-router";
import type { FindingDetail } from "../../api/types";
import { Panel } from "../../parts/Panel";
import { isLeading, told } from "./explain";

export function ToldPanel({ detail }: { detail: FindingDetail }) {
  const text = told(detail);
  if (text === undefined) {
    return <Panel title="What the agent was told"><p className="padded dim">Nothing: it went on.</p></Panel>;
  }
  if (!isLeading(detail)) {
    const others = detail.event.findings.filter((finding) => finding.id !== detail.finding.finding.id);
    return (
      <Panel title="What the agent was told">
        <div className="padded">
          <p className="dim">The answer spoke of another finding on the same call:</p>
          <ul className="bullets">
            {others.map((finding) => (
              <li key={finding.id}><Link to="/alerts/$id" params={{ id: finding.id }} className="link">{finding.title}</Link></li>
            ))}
          </ul>
        </div>
      </Panel>
    );
  }
  return (
    <Panel title="What the agent was told">
      <blockquote className="told">{text}</blockquote>
    </Panel>
  );
}
