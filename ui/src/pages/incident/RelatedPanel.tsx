// Incidents in which the same rule spoke first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { incidentsQuery } from "../../api/incidents";
import type { Incident } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { SeverityMark } from "../../parts/SeverityMark";
import { StatusMark } from "../../parts/incident/StatusMark";
import { related } from "./related";

const SHOWN = 5;

export function RelatedPanel({ incident }: { incident: Incident }) {
  const query = useInfiniteQuery(incidentsQuery({ state: "all" }));
  const rows = related(incident, query.data?.pages.flatMap((page) => page.items) ?? []);
  if (rows.length === 0) return null;
  return (
    <Panel title="Same rules before" aside={`${rows.length} related`}>
      <ul className="related">
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.id}>
            <SeverityMark severity={row.severity} word={false} />
            <Link to="/incidents/$id" params={{ id: row.id }} className="row-link cut">{row.title}</Link>
            <StatusMark status={row.status} />
            <span className="faint"><Moment at={row.last} /></span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
