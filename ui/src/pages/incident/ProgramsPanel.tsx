// Which programs the story is made of, as its command lines and the kernel tell it.

import { useQueries } from "@tanstack/react-query";
import { eventQuery, whyQuery } from "../../api/queries";
import type { EventDetail, Incident, Why } from "../../api/types";
import { count } from "../../format/number";
import { Waiting } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { VerdictMark } from "../../parts/VerdictMark";
import { type Program, programsOf } from "./programs";

/** Steps whose events are read: each is asked for by itself. */
const MOST = 40;

interface ProgramsPanelProps {
  incident: Incident;
  at: string | undefined;
  onStep: (place: string) => void;
}

export function ProgramsPanel({ incident, at, onStep }: ProgramsPanelProps) {
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
              <td className="main-column">
                <span className="program-cell" style={{ paddingLeft: program.depth * 18 }}>
                  {program.depth > 0 && <span className="program-branch" aria-hidden />}
                  <button type="button" className="row-link mono cut" title={program.line} onClick={() => onStep(program.place)}>{program.line}</button>
                </span>
              </td>
              <td className="note-column cut dim" title={program.note}>{program.note}{program.pid !== undefined && <span className="mono faint"> {program.pid}</span>}</td>
              <td className="verdict-column">{program.depth === 0 && program.verdict !== "allow" && <VerdictMark verdict={program.verdict} />}</td>
              <td className="small-column">{program.files === 0 ? <span className="faint">0</span> : count(program.files)}</td>
              <td className="small-column">{program.hosts === 0 ? <span className="faint">0</span> : count(program.hosts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
