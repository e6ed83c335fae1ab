// Where an event came from: the small print.

import { Link } from "@tanstack/react-router";
import type { EventDetail } from "../../api/types";
import { shortId } from "../../format/path";
import { exact } from "../../format/time";
import { agentTitle, sourceWord, verdictWord } from "../../format/words";
import { Facts } from "../Facts";

export function EventFacts({ detail }: { detail: EventDetail }) {
  const { event } = detail;
  const { session } = event;
  return (
    <section>
      <h3>Where it came from</h3>
      <Facts
        facts={[
          ["When", <time key="at" dateTime={event.at}>{exact(event.at)}</time>],
          ["Verdict", verdictWord(detail.verdict)],
          ["Agent", event.agent === undefined ? "none: Ringfence about itself" : agentTitle(event.agent)],
          ["Session", session !== undefined && <Link to="/sessions/$session" params={{ session }} search={{ row: detail.id }} className="link mono">{shortId(session)}</Link>],
          ["Directory", event.cwd !== undefined && <code>{event.cwd}</code>],
          ["Told by", sourceWord(event.source)],
          ["Reported at", event.moment !== undefined && <code>{event.moment}</code>],
          ["Call", event.call !== undefined && <><code>{event.call.id}</code> {event.call.join === "inferred" && <span className="faint">inferred</span>}</>],
          ["Process", event.process !== undefined && <code>{event.process.pid} {event.process.executable ?? ""}</code>],
          ["Event", <code key="id">{detail.id}</code>],
        ]}
      />
    </section>
  );
}
