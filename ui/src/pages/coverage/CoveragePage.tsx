// What can be seen, what not, why not, and what to do about it.

import { useQuery } from "@tanstack/react-query";
import { coverageQuery, processesQuery } from "../../api/queries";
import type { Coverage, CoverageCell, CoverageRow } from "../../api/types";
import { count, counted } from "../../format/number";
import { sourceWord, stateWord } from "../../format/words";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { Legend } from "./Legend";
import { CHANNELS, agentsHere, gaps, tally } from "./matrix";
import { SightMark } from "./SightMark";
import "./coverage.css";

export function CoveragePage() {
  const query = useQuery(coverageQuery);
  return (
    <>
      <Top title="Coverage" />
      <Loaded query={query} lines={10}>
        {(coverage) => {
          const rows = agentsHere(coverage.items);
          return (
            <>
              <Sentence cells={rows.flatMap((row) => row.cells)} />
              <div className="coverage-grid">
                <div className="stack">
                  <Panel title="Agents and channels" aside="by the latest event of each">
                    {rows.length === 0 ? <NothingHeard /> : <Matrix coverage={coverage} rows={rows} />}
                    <Legend />
                  </Panel>
                  <Sources coverage={coverage} />
                </div>
                <div className="stack">
                  <Gaps rows={rows} />
                  <KernelBlind sensed={coverage.sensed} />
                  <Blind rows={rows} />
                </div>
              </div>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Sentence({ cells }: { cells: readonly CoverageCell[] }) {
  const sum = tally(cells);
  return (
    <p className="sentence page-sentence">
      {sum.full === cells.length && cells.length > 0 ? "Everything that can be seen is seen." : `${count(sum.full)} of ${counted(cells.length, "channel")} seen whole.`}{" "}
      <span>{sum.partial > 0 && `${count(sum.partial)} in part. `}{sum.none > 0 && `${count(sum.none)} not at all.`}</span>
    </p>
  );
}

function Matrix({ coverage, rows }: { coverage: Coverage; rows: readonly CoverageRow[] }) {
  const { show } = useOpen();
  return (
    <table className="matrix large">
      <thead>
        <tr>
          <th scope="col">Agent</th>
          {coverage.channels.map(({ id }) => <th key={id} scope="col" title={CHANNELS[id].means}>{CHANNELS[id].word}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.agent}>
            <th scope="row">
              <button type="button" className="link" onClick={() => show({ kind: "agent", id: row.agent })}>{row.title}</button>
              <span className="label block">{stateWord(row.state)}</span>
            </th>
            {row.cells.map((cell) => (
              <td key={cell.channel} data-channel={CHANNELS[cell.channel].word}><CellView cell={cell} label={`${row.title}, ${CHANNELS[cell.channel].word}`} onOpen={(id) => show({ kind: "event", id })} /></td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CellView({ cell, label, onOpen }: { cell: CoverageCell; label: string; onOpen: (event: string) => void }) {
  const { event, last } = cell;
  return (
    <div title={cell.why ?? undefined}>
      <SightMark sight={cell.sight} label={label} />
      {last === null ? <span className="faint">no event</span> : event === null ? <Ago at={last} /> : (
        <button type="button" className="evidence-link" onClick={() => onOpen(event)} title="The latest event"><Ago at={last} /></button>
      )}
      {cell.why !== null && <span className="hidden">{cell.why}</span>}
    </div>
  );
}

function Sources({ coverage }: { coverage: Coverage }) {
  const { show } = useOpen();
  return (
    <Panel title="Who tells" aside="the latest event of each source">
      <ul className="sources">
        {coverage.sources.map(({ source, last, event }) => (
          <li key={source}>
            <SightMark sight={last === null ? "none" : "full"} />
            <span>{upper(sourceWord(source))}</span>
            {last === null ? <span className="faint">nothing yet</span> : event === null ? <Ago at={last} /> : <button type="button" className="evidence-link" onClick={() => show({ kind: "event", id: event })}><Ago at={last} /></button>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What each kind of command does, for those who see it for the first time. */
const HELPS: readonly (readonly [RegExp, string])[] = [
  [/ sensor$/, "Needs root; it sees agents' processes only."],
  [/ --mcp$/, "Wraps the MCP servers of the agents' settings; it can be undone."],
  [/ install /, "It can be undone. Sessions that are open may keep their old settings."],
];

function Gaps({ rows }: { rows: readonly CoverageRow[] }) {
  const found = gaps(rows);
  return (
    <Panel title="Why not whole, and what helps">
      {found.length === 0 ? <p className="padded dim">Nothing is known to be missing.</p> : (
        <ul className="fixes">
          {found.map(({ why, agents, channels, fixes }) => (
            <li key={why}>
              <p><b>{channels.map((channel) => CHANNELS[channel].word).join(", ")}</b> <span className="faint">{agents.length === rows.length && rows.length > 1 ? "of every agent" : `of ${agents.join(", ")}`}</span></p>
              <p className="dim"><Prose text={why} /></p>
              {fixes.map((command) => (
                <div key={command} className="gap-fix">
                  <CommandLine command={command} />
                  <p className="faint">{HELPS.find(([like]) => like.test(command))?.[1]}</p>
                </div>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function KernelBlind({ sensed }: { sensed: boolean }) {
  const query = useQuery(processesQuery);
  return (
    <Panel title={sensed ? "Not seen by the sensor" : "Not seen without the sensor"}>
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

function Blind({ rows }: { rows: readonly CoverageRow[] }) {
  const told = rows.filter((row) => row.blind_spots.length > 0);
  if (told.length === 0) return null;
  return (
    <Panel title="Not seen of agents">
      {told.map((row) => (
        <details key={row.agent} className="blind-more" open>
          <summary>{row.title}</summary>
          <ul className="blind">{row.blind_spots.map((what) => <li key={what}><Prose text={what} /></li>)}</ul>
        </details>
      ))}
    </Panel>
  );
}
