// Where an event came from: the small print.

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { EventDetail } from "../../api/types";
import { shortId } from "../../format/path";
import { exact } from "../../format/time";
import { agentTitle, verdictWord } from "../../format/words";

export function EventFacts({ detail }: { detail: EventDetail }) {
  const { event } = detail;
  const facts: [string, ReactNode][] = [
    ["When", <time key="at" dateTime={event.at}>{exact(event.at)}</time>],
    ["Verdict", verdictWord(detail.verdict)],
    ["Agent", event.agent === undefined ? "none: Ringfence about itself" : agentTitle(event.agent)],
    ["Session", event.session !== undefined && (
      <Link key="session" to="/sessions/$session" params={{ session: event.session }} className="link mono">{shortId(event.session)}</Link>
    )],
    ["Directory", event.cwd !== undefined && <code key="cwd">{event.cwd}</code>],
    ["Reported at", event.moment !== undefined && <code key="moment">{event.moment}</code>],
    ["Call", event.call !== undefined && <code key="call">{event.call.id}</code>],
    ["Process", event.process !== undefined && <code key="process">{event.process.pid} {event.process.executable ?? ""}</code>],
    ["Event", <code key="id">{detail.id}</code>],
  ];
  return (
    <section>
      <h3>Where it came from</h3>
      <dl className="facts">
        {facts.filter(([, value]) => value !== false).map(([name, value]) => (
          <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
        ))}
      </dl>
    </section>
  );
}
