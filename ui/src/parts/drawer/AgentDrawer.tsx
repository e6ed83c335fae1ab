// One agent: how its hooks are doing, what is not seen of it, what to do.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { statusQuery } from "../../api/queries";
import type { AgentStatus } from "../../api/types";
import { count, counted } from "../../format/number";
import { hookedWord, stateWord } from "../../format/words";
import { CommandLine } from "../CommandLine";
import { Empty } from "../Empty";
import { Facts } from "../Facts";
import { Loaded } from "../Loaded";
import { Ago } from "../Moment";
import { Prose } from "../Prose";
import type { Inside } from "./Drawer";

export function AgentDrawer({ id, onTitle }: Inside) {
  const query = useQuery(statusQuery);
  const one = query.data?.agents.find((agent) => agent.agent === id);
  const title = one?.title;
  useEffect(() => {
    if (title !== undefined) onTitle(title);
  }, [title, onTitle]);
  return (
    <Loaded query={query} lines={6}>
      {() => (one ? <Whole agent={one} /> : <Empty title="Ringfence knows no agent of this name." command="ringfence status" />)}
    </Loaded>
  );
}

function Whole({ agent }: { agent: AgentStatus }) {
  return (
    <div className="event-view">
      <Facts
        facts={[
          ["State", stateWord(agent.state)],
          ["On this machine", agent.found ? "yes" : "not found"],
          ["Hooks", hookedWord(agent.hooked)],
          ["Last event", agent.last === null ? "none" : <Ago at={agent.last} />],
          ["Reported at", agent.last_moment !== null && <code>{agent.last_moment}</code>],
          ["Events kept", count(agent.events)],
          ["Announced", agent.health !== null && agent.health !== undefined && agent.health.expected > 0
            && `${count(agent.health.announced)} of ${counted(agent.health.expected, "call")} that went well`],
          ["Answers", agent.health !== null && agent.health !== undefined && agent.health.answers > 0
            && `${count(agent.health.answers)}, ${milliseconds(agent.health.mean_microseconds)} on average, ${milliseconds(agent.health.slowest_microseconds)} at most`],
          ["Telemetry", agent.telemetry !== null && agent.telemetry !== undefined && counted(agent.telemetry.records, "record")],
        ]}
      />
      {agent.note !== null && <p className="medium"><Prose text={agent.note} /></p>}
      {agent.hooked !== "whole" && <p><CommandLine command={`ringfence install ${agent.agent}`} /></p>}
      <section>
        <h3>Not seen of it</h3>
        {agent.blind_spots.length === 0 ? <p className="dim">Nothing is known to be missing.</p> : (
          <ul className="bullets">{agent.blind_spots.map((what) => <li key={what}><Prose text={what} /></li>)}</ul>
        )}
      </section>
      <p><Link to="/sessions" search={{ agent: agent.agent }} className="link">Its sessions</Link></p>
    </div>
  );
}

function milliseconds(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(1)} ms`;
}
