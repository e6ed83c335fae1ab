// The story in words, and the answers to what a person asks first.

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { IncidentDetail, IncidentFacts } from "../../api/types";
import { count, counted } from "../../format/number";
import { project, shortId } from "../../format/path";
import { exact } from "../../format/time";
import { agentTitle } from "../../format/words";
import { HandledLine } from "../../parts/incident/HandledLine";
import { Narrative } from "../../parts/incident/Narrative";
import { StatusMark } from "../../parts/incident/StatusMark";
import { SeverityMark } from "../../parts/SeverityMark";
import { useOpen } from "../../state/open";
import { evidenceOf, exposedOf, leftOf } from "./facts";

export function IncidentHead({ detail }: { detail: IncidentDetail }) {
  const { incident, status, handled } = detail;
  const { facts } = incident;
  const left = leftOf(facts);
  const evidence = evidenceOf(facts);
  return (
    <header className="incident-head">
      <p className="alert-line">
        <SeverityMark severity={incident.severity} />
        <span className="mono faint">{incident.id}</span>
        <time className="dim" dateTime={incident.first}>{exact(incident.first)}</time>
        {handled === null && <StatusMark status={status} />}
      </p>
      <h1>{incident.title}</h1>
      <Narrative sentences={incident.narrative} left={facts.left} />
      <HandledLine status={status} handled={handled} />
      <dl className="fact-line">
        <Fact name="Agent">{incident.agent === null ? "Ringfence itself" : agentTitle(incident.agent)}{incident.cwd !== null && <span className="dim" title={incident.cwd}> in {project(incident.cwd)}</span>}</Fact>
        {incident.session !== null && <Fact name="Session"><Link to="/sessions/$session" params={{ session: incident.session }} search={{ row: incident.steps[0]?.place }} className="link mono">{shortId(incident.session)}</Link></Fact>}
        <Fact name="Exposed"><More lines={linesOf(facts)}>{exposedOf(facts)}</More></Fact>
        <Fact name="Left the machine"><span className={left.hue}>{left.word}</span></Fact>
        {facts.hosts.length > 0 && <Fact name="Hosts"><More lines={facts.hosts}>{facts.hosts.length === 1 ? <code>{facts.hosts[0]}</code> : counted(facts.hosts.length, "host")}</More></Fact>}
        <Fact name="Stays behind"><More lines={facts.persistence}>{facts.persistence.length === 0 ? "Nothing found" : <span className="high">{counted(facts.persistence.length, "change")}</span>}</More></Fact>
        <Fact name={incident.rules.length === 1 ? "Rule" : "Rules, in order"}><RuleChain rules={incident.rules} /></Fact>
        <Fact name="Evidence"><More lines={facts.unsaid.map((one) => `done: ${one.done}${one.said === "" ? "" : `; said: ${one.said}`}`)}>{evidence}</More></Fact>
      </dl>
    </header>
  );
}

function linesOf({ exposed, read }: IncidentFacts): string[] {
  return [...exposed.map((secret) => `${secret.kind.replaceAll("-", " ")} ${secret.masked}`), ...read];
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

/** A figure that unfolds to what it counts. */
function More({ lines, children }: { lines: readonly string[]; children: ReactNode }) {
  if (lines.length === 0) return children;
  return (
    <details className="fact-more">
      <summary>{children}</summary>
      <ul>{lines.map((line) => <li key={line}><code className="cut-anywhere">{line}</code></li>)}</ul>
    </details>
  );
}

/** Rules that are shown of a long chain. */
const SHOWN = 4;

function RuleChain({ rules }: { rules: readonly string[] }) {
  const { show } = useOpen();
  return (
    <span className="rule-chain">
      {rules.slice(0, SHOWN).map((rule, place) => (
        <span key={rule}>
          {place > 0 && <span className="faint" aria-hidden>→ </span>}
          <button type="button" className="link mono" onClick={() => show({ kind: "rule", id: rule })}>{rule}</button>
        </span>
      ))}
      {rules.length > SHOWN && <span className="faint">and {count(rules.length - SHOWN)} more</span>}
    </span>
  );
}
