// Is Ringfence itself healthy: the daemon, the record, the sensor, and what is wrong.

import { useQuery } from "@tanstack/react-query";
import { processesQuery, statusQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { bytes, count, counted } from "../../format/number";
import { modeWord } from "../../format/words";
import { rows, useFact } from "../../live/feed";
import { CommandLine } from "../../parts/CommandLine";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { Problems } from "../../parts/Problems";
import { problemsOf } from "../../parts/problemsOf";
import { Prose } from "../../parts/Prose";
import { Top } from "../../parts/Top";
import "./system.css";

export function SystemPage() {
  const query = useQuery(statusQuery);
  return (
    <>
      <Top title="System" />
      <Loaded query={query} lines={10}>
        {(status) => (
          <>
            <Sentence status={status} />
            <Problems status={status} />
            <div className="system">
              <DaemonPanel status={status} />
              <RecordPanel status={status} />
              <SensorPanel />
              <StreamPanel />
              <ToolsPanel />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function Sentence({ status }: { status: Status }) {
  const problems = problemsOf(status).length;
  return (
    <p className="sentence page-sentence">
      {problems === 0 ? "Ringfence is well." : `${counted(problems, "thing")} ${problems === 1 ? "is" : "are"} wrong.`}{" "}
      <span>{status.store.queued === 0 ? "Everything that was heard is on the disk." : `${counted(status.store.queued, "event")} on the way to the disk.`}</span>
    </p>
  );
}

function DaemonPanel({ status }: { status: Status }) {
  const mode = modeWord(status.mode);
  return (
    <Panel title="Daemon" aside={`version ${status.version}`}>
      <div className="padded">
        <Facts
          facts={[
            ["Mode", <>{mode.word}. <span className="dim">{mode.means}</span></>],
            ["Rules", `${count(status.rules)} in force`],
            ["Started", <Ago key="since" at={status.since} />],
            ["Judged", `${counted(status.decisions, "tool call")} since then`],
            ["Process", <code key="pid">{status.pid}</code>],
            ["Address", <code key="address">{status.address}</code>],
          ]}
        />
      </div>
    </Panel>
  );
}

function RecordPanel({ status }: { status: Status }) {
  const { store } = status;
  const none = (value: number) => (value === 0 ? <span className="dim">none</span> : <b className="medium">{count(value)}</b>);
  return (
    <Panel title="Record" aside={bytes(store.bytes)}>
      <div className="padded">
        <Facts
          facts={[
            ["Events", `${count(store.committed)} committed, the last is number ${count(status.last_seq)}`],
            ["Files", counted(store.segments, "segment")],
            ["Kept", store.retention_days === 0 ? "for ever" : counted(store.retention_days, "day")],
            ["Queue", store.queued === 0 ? <span className="dim">empty</span> : counted(store.queued, "event")],
            ["Lost", none(store.dropped)],
            ["Cut to fit", none(store.cut)],
            ["Only in memory", none(store.kept_in_memory)],
            ["Unreadable", none(store.bad_files)],
          ]}
        />
      </div>
    </Panel>
  );
}

function SensorPanel() {
  const query = useQuery(processesQuery);
  return (
    <Panel title="Sensor in the kernel">
      <Loaded query={query} lines={3}>
        {({ sensed, processes, not_visible: blind }) => (
          <div className="padded event-view">
            <p>{sensed ? `It runs; ${counted(processes.length, "process", "processes")} of agents now.` : "It does not run: what programs do after they were allowed to start is not seen."}</p>
            {!sensed && <p><CommandLine command="sudo ringfence sensor" /></p>}
            {blind.length > 0 && <ul className="bullets">{blind.map((what) => <li key={what}><Prose text={what} /></li>)}</ul>}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

const LINES = { connecting: "connecting", open: "open", waiting: "cut; it is tried again by itself" };

function StreamPanel() {
  const line = useFact("line");
  const skipped = useFact("skipped");
  useFact("version");
  const last = rows.last();
  return (
    <Panel title="This page">
      <div className="padded">
        <Facts
          facts={[
            ["Live line", LINES[line]],
            ["Last event", last === undefined ? <span className="dim">none yet</span> : <Ago at={last.at} />],
            ["Held here", counted(rows.length, "event")],
            ["Skipped", skipped === 0 ? <span className="dim">none</span> : <b className="medium">{count(skipped)}, because the page was too slow</b>],
          ]}
        />
      </div>
    </Panel>
  );
}

function ToolsPanel() {
  return (
    <Panel title="In a terminal">
      <ul className="fixes">
        <li><CommandLine command="ringfence doctor" /><p className="dim">Says what does not work or is not seen, why, and what to do.</p></li>
        <li><CommandLine command="ringfence audit verify" /><p className="dim">Checks that the record was not tampered with.</p></li>
      </ul>
    </Panel>
  );
}
