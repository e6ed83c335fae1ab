// The alert in two sentences, and where to go from it.

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { FindingDetail } from "../../api/types";
import { shortId } from "../../format/path";
import { exact } from "../../format/time";
import { verdictWord } from "../../format/words";
import { SeverityMark } from "../../parts/SeverityMark";
import { attempted, outcome } from "./explain";

export function AlertHead({ detail }: { detail: FindingDetail }) {
  const { finding, session } = detail.finding;
  const { event } = detail.event;
  const facts: [string, ReactNode][] = [
    ["Verdict", verdictWord(finding.verdict)],
    ["Rule", <Link key="rule" to="/alerts" search={{ rule: finding.rule }} className="link mono">{finding.rule}</Link>],
    ["Session", session !== null && (
      <Link key="session" to="/sessions/$session" params={{ session }} search={{ row: detail.event.id }} className="link mono">{shortId(session)}</Link>
    )],
    ["Directory", event.cwd !== undefined && <code key="cwd">{event.cwd}</code>],
    ["Alert", <code key="id">{finding.id}</code>],
  ];
  return (
    <header className="alert-head">
      <p className="alert-line">
        <SeverityMark severity={finding.severity} />
        <time className="dim" dateTime={finding.at}>{exact(finding.at)}</time>
      </p>
      <h1>{finding.title}</h1>
      <p className="lead">{attempted(event)} <b>{outcome(detail)}</b></p>
      <dl className="fact-line">
        {facts.filter(([, value]) => value !== false).map(([name, value]) => (
          <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
        ))}
      </dl>
    </header>
  );
}
