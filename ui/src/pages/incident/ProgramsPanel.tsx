// What ran in the story: the processes that the kernel saw, each below the one that started it;
// where nobody watched, the programs of its command lines.

import { useQueries, useQuery } from "@tanstack/react-query";
import { incidentProcessesQuery } from "../../api/incidents";
import { eventQuery, whyQuery } from "../../api/queries";
import type { EventDetail, Incident, Why } from "../../api/types";
import { count, counted } from "../../format/number";
import { Waiting } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { VerdictMark } from "../../parts/VerdictMark";
import { useOpen } from "../../state/open";
import { type ProcessLine, endOf, processLines } from "./processLines";
import { type Program, programsOf } from "./programs";

/** Steps whose events are read: each is asked for by itself. */
const MOST = 40;

interface ProgramsPanelProps {
  incident: Incident;
  at: string | undefined;
  onStep: (place: string) => void;
}

export function ProgramsPanel({ incident, at, onStep }: ProgramsPanelProps) {
  const { data, isPending } = useQuery(incidentProcessesQuery(incident.id));
  if (isPending) return <Panel title="Process tree"><Waiting lines={4} /></Panel>;
  if (!data || data.items.length === 0) return <SaidPrograms incident={incident} at={at} onStep={onStep} />;
  return (
    <Panel title="Process tree" aside={`${counted(data.items.length, "process", "processes")}, as the kernel saw them`}>
      <ProcessTable lines={processLines(data.items)} at={at} onStep={onStep} />
      {data.more && <p className="panel-end">There was more than is told here.</p>}
    </Panel>
  );
}

function ProcessTable({ lines, at, onStep }: { lines: readonly ProcessLine[]; at: string | undefined; onStep: (place: string) => void }) {
  const { show } = useOpen();
  return (
    <div className="cells">
      <table className="table program-table">
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col" className="pid-column">Pid</th>
            <th scope="col" className="note-column">Ended</th>
            <th scope="col" className="verdict-column">Answer</th>
            <th scope="col" className="small-column">Below</th>
            <th scope="col" className="small-column">Files</th>
            <th scope="col" className="small-column">Names</th>
            <th scope="col" className="small-column">Hosts</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ process, key, depth }) => (
            <tr key={key} data-current={process.step !== null && process.step === at ? "" : undefined}>
              <Branch line={process.line} depth={depth} onOpen={() => (process.step === null ? show({ kind: "event", id: process.event }) : onStep(process.step))} />
              <td className="pid-column mono dim">{process.pid}</td>
              <td className={`note-column cut ${(process.code ?? 0) === 0 ? "dim" : "medium"}`}>{endOf(process)}</td>
              <td className="verdict-column">{process.verdict !== "allow" && <VerdictMark verdict={process.verdict} />}</td>
              <Figure value={process.children} />
              <Figure value={process.files} />
              <Figure value={process.names} />
              <Figure value={process.hosts} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A command, as far below the first one as it ran. */
function Branch({ line, depth, onOpen }: { line: string; depth: number; onOpen: () => void }) {
  return (
    <td className="main-column">
      <span className="program-cell" style={{ paddingLeft: depth * 18 }}>
        {depth > 0 && <span className="program-branch" aria-hidden />}
        <button type="button" className="row-link mono cut" title={line} onClick={onOpen}>{line || "not known"}</button>
      </span>
    </td>
  );
}

function Figure({ value }: { value: number }) {
  return <td className="small-column">{value === 0 ? <span className="faint">0</span> : count(value)}</td>;
}

function SaidPrograms({ incident, at, onStep }: ProgramsPanelProps) {
  const steps = incident.steps.slice(-MOST);
  const queries = useQueries({ queries: steps.map((step) => eventQuery(step.place)) });
  // What ran below a call stands in what is known of the call, not in its event.
  const asked = useQueries({
    queries: steps.map((step, place) => ({ ...whyQuery(step.place), enabled: queries[place]?.data?.event.call !== undefined && queries[place].data.event.session !== undefined })),
  });
  if (queries.some((query) => query.isPending)) return <Panel title="Process tree"><Waiting lines={4} /></Panel>;
  const events = new Map<string, EventDetail>(queries.flatMap((query) => (query.data ? [[query.data.id, query.data]] : [])));
  const whys = new Map<string, Why>(asked.flatMap(({ data }, place) => (data && steps[place] ? [[steps[place].place, data]] : [])));
  const programs = programsOf(steps, events, whys);
  const sensed = programs.some((program) => program.pid !== undefined);
  return (
    <Panel title="Process tree" aside={sensed ? "as the kernel saw them, else as commands say" : "as the commands say: nobody watched them run"}>
      {programs.length === 0 ? <p className="padded dim">No program runs in this story.</p> : <Table programs={programs} at={at} onStep={onStep} />}
    </Panel>
  );
}

function Table({ programs, at, onStep }: { programs: readonly Program[]; at: string | undefined; onStep: (place: string) => void }) {
  return (
    <div className="cells">
      <table className="table program-table">
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col" className="note-column">Told by</th>
            <th scope="col" className="verdict-column">Answer</th>
            <th scope="col" className="small-column">Files</th>
            <th scope="col" className="small-column">Hosts</th>
          </tr>
        </thead>
        <tbody>
          {programs.map((program) => (
            <tr key={program.key} data-current={program.place === at ? "" : undefined}>
              <Branch line={program.line} depth={program.depth} onOpen={() => onStep(program.place)} />
              <td className="note-column cut dim" title={program.note}>{program.note}{program.pid !== undefined && <span className="mono faint"> {program.pid}</span>}</td>
              <td className="verdict-column">{program.depth === 0 && program.verdict !== "allow" && <VerdictMark verdict={program.verdict} />}</td>
              <Figure value={program.files} />
              <Figure value={program.hosts} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
