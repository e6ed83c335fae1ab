// The texts that gave orders, as text: never drawn as what they pretend to be.

import { useQueries } from "@tanstack/react-query";
import { eventQuery } from "../../api/queries";
import type { Incident } from "../../api/types";
import { Panel } from "../../parts/Panel";

/** Steps that are looked at, and texts that are shown. */
const STEPS = 40;
const TEXTS = 3;

export function InjectedPanel({ incident }: { incident: Incident }) {
  const queries = useQueries({ queries: incident.steps.slice(-STEPS).map((step) => eventQuery(step.place)) });
  const marks = queries.flatMap((query) => query.data?.event.labels.injections ?? []);
  const different = marks.filter((mark, place) => marks.findIndex((other) => other.excerpt === mark.excerpt) === place);
  if (different.length === 0) return null;
  return (
    <Panel title={different.length === 1 ? "The text that gives orders" : "The texts that give orders"} aside={different[0]?.origin.replaceAll("_", " ")}>
      {different.slice(0, TEXTS).map((mark) => (
        <blockquote key={mark.excerpt} className="injected mono" tabIndex={0}>{mark.excerpt}</blockquote>
      ))}
      <p className="panel-end">
        Shown as text, never drawn.{different.some((mark) => (mark.hidden ?? []).length > 0) && ` Hidden by ${[...new Set(different.flatMap((mark) => mark.hidden ?? []))].join(", ")}.`}
        {different.length > TEXTS && ` ${different.length - TEXTS} more in the steps.`}
      </p>
    </Panel>
  );
}
