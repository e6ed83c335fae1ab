// One session in short: who, where, how much, what was found, and the way to its replay.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sessionQuery } from "../../api/queries";
import type { SessionRow } from "../../api/types";
import { count } from "../../format/number";
import { between } from "../../format/time";
import { agentTitle, severityWord, SEVERITY_NAMES } from "../../format/words";
import { quote } from "../../state/command";
import { CommandLine } from "../CommandLine";
import { Empty } from "../Empty";
import { Facts } from "../Facts";
import { Loaded } from "../Loaded";
import { Ago, Moment } from "../Moment";
import type { Inside } from "./Drawer";

export function SessionDrawer({ id }: Inside) {
  const query = useQuery(sessionQuery(id));
  return (
    <Loaded query={query} lines={6} missing={<Empty title="No session has this id.">It may be older than what is kept, or the address is wrong.</Empty>}>
      {(session) => <InShort session={session} />}
    </Loaded>
  );
}

function InShort({ session }: { session: SessionRow }) {
  const found = SEVERITY_NAMES.toReversed().filter((severity) => (session.findings[severity] ?? 0) > 0);
  return (
    <div className="event-view">
      <p className="lead">{session.prompt ?? "No prompt yet"}</p>
      <p><Link to="/sessions/$session" params={{ session: session.session }} className="link">Replay it</Link></p>
      <Facts
        facts={[
          ["Agent", session.agent === null ? "not known" : agentTitle(session.agent)],
          ["Directory", session.cwd !== null && <code>{session.cwd}</code>],
          ["Began", <Moment key="first" at={session.first} />],
          ["Last event", <Ago key="last" at={session.last} />],
          ["Length", between(session.first, session.last)],
          ["Events", count(session.events)],
          ["Tool calls", count(session.tool_calls)],
          ["Denied", count(session.denied)],
          ["Alerts", found.length === 0 ? "none" : (
            <Link key="alerts" to="/alerts" search={{ session: session.session }} className="link">
              {found.map((severity) => `${count(session.findings[severity] ?? 0)} ${severityWord(severity).toLowerCase()}`).join(", ")}
            </Link>
          )],
          ["Incidents", found.length > 0 && <Link key="incidents" to="/incidents" search={{ session: session.session, state: "all" }} className="link">what they come to</Link>],
          ["Session", <code key="id">{session.session}</code>],
        ]}
      />
      {session.incomplete && <p className="medium">The sensor lost something that this session did: what is shown is not all.</p>}
      <section>
        <h3>In a terminal</h3>
        <p><CommandLine command={`ringfence events --session ${quote(session.session)}`} /></p>
        <p><CommandLine command={`ringfence stop ${quote(session.session)}`} /></p>
      </section>
    </div>
  );
}
