// Who works now: each session that was heard of in the last quarter of an hour.

import { Link } from "@tanstack/react-router";
import { project, shortId } from "../../format/path";
import { between } from "../../format/time";
import { agentTitle, kindWord } from "../../format/words";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { SeverityMark } from "../../parts/SeverityMark";
import { worstOf } from "../../parts/worst";
import { BARS, type AgentNow, STATE_WORDS } from "./agentsNow";

const SHOWN = 5;

export function AgentsNowPanel({ agents, fresh }: { agents: readonly AgentNow[]; fresh: boolean }) {
  return (
    <Panel title="Agents now" className="narrow" aside={<Link to="/sessions" className="quiet-link">All sessions</Link>}>
      {agents.length === 0 && (fresh ? <NothingHeard /> : (
        <div className="note"><p><b>None.</b> <span className="dim">No session was heard of in the last 15 minutes.</span></p></div>
      ))}
      <ul className="agents-now">{agents.slice(0, SHOWN).map((agent) => <Line key={agent.session.session} agent={agent} />)}</ul>
      {agents.length > SHOWN && <p className="panel-end">{agents.length - SHOWN} more</p>}
    </Panel>
  );
}

function Line({ agent }: { agent: AgentNow }) {
  const { session, latest, state } = agent;
  const worst = worstOf(session.findings);
  return (
    <li>
      <p className="now-head">
        <Link to="/sessions/$session" params={{ session: session.session }} className="row-link"><b>{session.agent === null ? "Agent" : agentTitle(session.agent)}</b> <span className="dim">{project(session.cwd) ?? shortId(session.session)}</span></Link>
        <span className="faint">{between(session.first, session.last)}</span>
      </p>
      <p className="now-what">
        <span className="cut">{STATE_WORDS[state] || (latest ? <>{latest.tool ?? kindWord(latest.kind)}: <code>{latest.summary}</code></> : session.prompt ?? "")}</span>
        <Spark bars={agent.bars} />
      </p>
      <p className="now-foot faint">
        <span className="cut">{session.prompt ?? "No prompt yet"}</span>
        {worst !== undefined && <SeverityMark severity={worst} />}
      </p>
    </li>
  );
}

const HEIGHT = 16;

/** Nothing that is read: the same is said beside it in words. */
function Spark({ bars }: { bars: readonly number[] }) {
  const most = Math.max(1, ...bars);
  const path = bars.map((bar, place) => `M${place * 4} ${HEIGHT}v${-Math.max(bar === 0 ? 0.8 : 2.5, Math.sqrt(bar / most) * HEIGHT)}h2.8V${HEIGHT}z`).join("");
  return <svg className="spark" viewBox={`0 0 ${BARS * 4} ${HEIGHT}`} aria-hidden><path d={path} /></svg>;
}
