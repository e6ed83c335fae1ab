// One incident in short: the story, what to do next, and the way to all of it.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { incidentQuery } from "../../api/incidents";
import { Empty } from "../Empty";
import "../incident/incident-item.css";
import { HandledLine } from "../incident/HandledLine";
import { Narrative } from "../incident/Narrative";
import { StepList } from "../incident/StepList";
import { TodoList } from "../incident/TodoList";
import { Loaded } from "../Loaded";
import { Moment } from "../Moment";
import { SeverityMark } from "../SeverityMark";
import type { Inside } from "./Drawer";

export function IncidentDrawer({ id }: Inside) {
  const query = useQuery(incidentQuery(id));
  return (
    <Loaded query={query} lines={6} missing={<Empty title="No incident has this id.">Its findings may be older than what is kept, or the address is wrong.</Empty>}>
      {({ incident, status, handled }) => (
        <div className="event-view">
          <section>
            <p className="found-head"><SeverityMark severity={incident.severity} /><span className="mono faint">{incident.id}</span><Moment at={incident.first} /></p>
            <p className="lead"><b>{incident.title}</b></p>
            <Narrative sentences={incident.narrative} left={incident.facts.left} />
            <HandledLine status={status} handled={handled} />
            <p><Link to="/incidents/$id" params={{ id: incident.id }} className="link">The whole incident</Link></p>
          </section>
          <section><h3>What happened</h3><StepList incident={incident} steps={incident.steps} /></section>
          <section><h3>Do next</h3><TodoList todos={incident.next} /></section>
        </div>
      )}
    </Loaded>
  );
}
