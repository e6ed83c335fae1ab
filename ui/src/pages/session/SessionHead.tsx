// Which session it is, and its figures.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SessionRow } from "../../api/types";
import { sessionFactsQuery } from "../../api/queries";
import { count, short } from "../../format/number";
import { project, shortId } from "../../format/path";
import { cachedShare, costWord, tokensOf } from "../../format/spent";
import { between, exact } from "../../format/time";
import { agentTitle } from "../../format/words";
import { Ago } from "../../parts/Moment";
import type { Turn } from "./timeline";

interface SessionHeadProps {
  session: SessionRow;
  turns: readonly Turn[];
  current: Turn | undefined;
}

export function SessionHead({ session, turns, current }: SessionHeadProps) {
  const alerts = Object.values(session.findings).reduce((sum, times) => sum + times, 0);
  const last = turns.at(-1)?.number ?? 0;
  return (
    <header className="session-head">
      <div>
        <h1>{project(session.cwd) ?? shortId(session.session)}</h1>
        <p className="dim cut-anywhere">
          {session.agent !== null && `${agentTitle(session.agent)}, `}
          {current && current.number > 0 && `turn ${current.number} of ${last}, `}
          <time dateTime={session.first}>{exact(session.first).replace(/\.\d+/, "")}</time>, last event <Ago at={session.last} />
          <br />
          <code className="faint" title={session.session}>{session.cwd ?? ""}</code>
        </p>
        {session.incomplete && <p className="medium">The sensor lost something that this session did: what is shown is not all.</p>}
      </div>
      <dl className="figures">
        <div><dt>duration</dt><dd>{between(session.first, session.last)}</dd></div>
        <Spending session={session.session} />
        <div><dt>events</dt><dd>{count(session.events)}</dd></div>
        <div><dt>tool calls</dt><dd>{count(session.tool_calls)}</dd></div>
        <div>
          <dt>alerts</dt>
          <dd>{alerts === 0 ? 0 : <Link to="/alerts" search={{ session: session.session }} className="link">{count(alerts)}</Link>}</dd>
        </div>
        <div><dt>denied</dt><dd>{count(session.denied)}</dd></div>
        {session.risk && <div title={session.risk.parts.map((part) => `${part.points}: ${part.why}`).join("\n")}><dt>risk</dt><dd>{session.risk.score}<span className="faint">/100</span></dd></div>}
      </dl>
    </header>
  );
}

/** Told by transcripts and telemetry only: where neither is read there is nothing to say. */
function Spending({ session }: { session: string }) {
  const { data: facts } = useQuery(sessionFactsQuery(session));
  if (!facts || facts.spent.requests === 0) return null;
  const { spent } = facts;
  const models = Object.keys(facts.models).join(", ");
  return (
    <div title={`${models}; by the prices of ${facts.prices_of}`}>
      <dt>{short(tokensOf(spent))} tokens, {cachedShare(spent)} % cached</dt>
      <dd>{costWord(spent)}</dd>
    </div>
  );
}
