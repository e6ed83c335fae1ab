// What can be seen, what not, why not, and what to do about it.

import { useQuery } from "@tanstack/react-query";
import { processesQuery } from "../../api/queries";
import { count, counted } from "../../format/number";
import { stateWord } from "../../format/words";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded, Waiting } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { Legend } from "./Legend";
import { CHANNELS, type Cell, fixes, tally } from "./matrix";
import { SightMark } from "./SightMark";
import { type AgentLine, useStatusMatrix } from "./useMatrix";
import "./coverage.css";

export function CoveragePage() {
  const { status, lines, waits } = useStatusMatrix();
  return (
    <>
      <Top title="Coverage" />
      <Loaded query={status} lines={10}>
        {() => (
          <>
            {!waits && <Sentence lines={lines} />}
            <div className="coverage-grid">
              <Panel title="Agents and channels" aside="by the latest event of each">
                {lines.length === 0 ? <NothingHeard /> : waits ? <Waiting lines={6} /> : <Matrix lines={lines} />}
                <Legend />
              </Panel>
              <div className="stack">
                <Fixes lines={lines} />
                <KernelBlind />
                <Blind lines={lines} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function Sentence({ lines }: { lines: AgentLine[] }) {
  const all = lines.flatMap((line) => line.cells);
  const sum = tally(all);
  return (
    <p className="sentence page-sentence">
      {sum.full === all.length && all.length > 0 ? "Everything that can be seen is seen." : `${count(sum.full)} of ${counted(all.length, "channel")} seen whole.`}{" "}
      <span>{sum.partial > 0 && `${count(sum.partial)} in part. `}{sum.none > 0 && `${count(sum.none)} not at all.`}</span>
    </p>
  );
}

function Matrix({ lines }: { lines: AgentLine[] }) {
  const { show } = useOpen();
  return (
    <table className="matrix large">
      <thead>
        <tr>
          <th scope="col">Agent</th>
          {CHANNELS.map((channel) => <th key={channel.id} scope="col" title={channel.means}>{channel.word}</th>)}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ agent, cells }) => (
          <tr key={agent.agent}>
            <th scope="row">
              <button type="button" className="link" onClick={() => show({ kind: "agent", id: agent.agent })}>{agent.title}</button>
              <span className="label block">{stateWord(agent.state)}</span>
            </th>
            {cells.map((cell, place) => {
              const channel = CHANNELS[place];
              return channel && <td key={channel.id} data-channel={channel.word}><CellView cell={cell} label={`${agent.title}, ${channel.word}`} /></td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CellView({ cell, label }: { cell: Cell; label: string }) {
  return (
    <div>
      <SightMark sight={cell.sight} label={label} />
      <span>{cell.last === undefined ? <span className="faint">no event</span> : <Ago at={cell.last} />}</span>
      {cell.why !== undefined && <span className="label"><Prose text={cell.why} /></span>}
    </div>
  );
}

const HELPS: Record<string, string> = {
  "sudo ringfence sensor": "Starts the sensor in the kernel: what agents' programs start, touch and connect to. It needs root; it sees agents' processes only.",
};

function Fixes({ lines }: { lines: AgentLine[] }) {
  const commands = fixes(lines.flatMap((line) => line.cells));
  return (
    <Panel title="What closes gaps">
      {commands.length === 0 ? <p className="padded dim">No command would show more than is seen now.</p> : (
        <ul className="fixes">
          {commands.map((command) => (
            <li key={command}>
              <CommandLine command={command} />
              <p className="dim">{HELPS[command] ?? "Installs the agent's hooks; it can be undone. Sessions that are open may keep their old settings."}</p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function KernelBlind() {
  const query = useQuery(processesQuery);
  return (
    <Panel title={query.data?.sensed === false ? "Not seen without the sensor" : "Not seen by the sensor"}>
      <Loaded query={query} lines={3}>
        {({ not_visible: blind }) =>
          blind.length === 0 ? <p className="padded dim">Nothing is known to be missing.</p> : (
            <ul className="blind">{blind.map((what) => <li key={what}><Prose text={what} /></li>)}</ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Blind({ lines }: { lines: AgentLine[] }) {
  const told = lines.filter(({ agent }) => agent.blind_spots.length > 0);
  if (told.length === 0) return null;
  return (
    <Panel title="Not seen of agents">
      {told.map(({ agent }) => (
        <details key={agent.agent} className="blind-more" open>
          <summary>{agent.title}</summary>
          <ul className="blind">{agent.blind_spots.map((what) => <li key={what}><Prose text={what} /></li>)}</ul>
        </details>
      ))}
    </Panel>
  );
}
