// Which session it is, and its figures.

import { Link } from "@tanstack/react-router";
import type { SessionRow } from "../../api/types";
import { count } from "../../format/number";
import { project, shortId } from "../../format/path";
import { between, exact } from "../../format/time";
import { agentTitle } from "../../format/words";
import { Ago } from "../../parts/Moment";

export function SessionHead({ session }: { session: SessionRow }) {
  const alerts = Object.values(session.findings).reduce((sum, times) => sum + times, 0);
  return (
    <header className="session-head">
      <div>
        <h1>{project(session.cwd) ?? shortId(session.session)}</h1>
        <p className="dim cut-anywhere">
          {session.agent !== null && `${agentTitle(session.agent)}, `}
          <time dateTime={session.first}>{exact(session.first).replace(/\.\d+$/, "")}</time>, last event <Ago at={session.last} />
          <br />
          <code className="faint" title={session.session}>{session.cwd ?? ""}</code>
        </p>
      </div>
      <dl className="figures">
        <div><dt>from first to last</dt><dd>{between(session.first, session.last)}</dd></div>
        <div><dt>events</dt><dd>{count(session.events)}</dd></div>
        <div><dt>tool calls</dt><dd>{count(session.tool_calls)}</dd></div>
        <div>
          <dt>alerts</dt>
          <dd>{alerts === 0 ? 0 : <Link to="/alerts" search={{ session: session.session }} className="link">{count(alerts)}</Link>}</dd>
        </div>
        <div><dt>denied</dt><dd>{count(session.denied)}</dd></div>
      </dl>
    </header>
  );
}
