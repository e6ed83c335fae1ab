// What is known of a thing that agents touched: how often, by whom, what was answered, and the
// ways on from it.

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Touched } from "../../api/types";
import { count, counted } from "../../format/number";
import { shortId } from "../../format/path";
import { agentTitle } from "../../format/words";
import { useOpen } from "../../state/open";
import { CommandLine } from "../CommandLine";
import { Facts } from "../Facts";
import { Moment } from "../Moment";
import { VerdictMark } from "../VerdictMark";

interface TouchedViewProps {
  row: Touched;
  /** What it is called, whole. */
  name: string;
  /** Its own facts, before those that all have. */
  facts: readonly (readonly [string, ReactNode])[];
  /** The programs or tools that did it. */
  by?: readonly string[];
  /** What can be done about it in a terminal: what for, and the command. */
  commands?: readonly (readonly [string, string])[];
  children?: ReactNode;
}

export function TouchedView({ row, name, facts, by = [], commands = [], children }: TouchedViewProps) {
  const { show } = useOpen();
  const { session } = row;
  return (
    <div className="event-view">
      <p className="lead mono cut-anywhere">{name}</p>
      <Facts
        facts={[
          ...facts,
          ["Answer", <span key="answer" className="decided"><VerdictMark verdict={row.verdict} /> <span className="faint">the strictest</span></span>],
          ["Stopped", row.denied + row.asked > 0 && [row.denied > 0 && `${count(row.denied)} denied`, row.asked > 0 && `${count(row.asked)} asked about`].filter(Boolean).join(", ")],
          ["Events", `${count(row.events)} in ${counted(row.sessions, "session")}`],
          ["By", by.length > 0 && <span key="by" className="mono">{by.join(", ")}</span>],
          ["Agents", row.agents.length > 0 && row.agents.map(agentTitle).join(", ")],
          ["First", <Moment key="first" at={row.first} />],
          ["Latest", <Moment key="last" at={row.last} />],
          ["Session", session !== null && <Link key="session" to="/sessions/$session" params={{ session }} search={{ row: row.event }} className="link mono">{shortId(session)}</Link>],
        ]}
      />
      {children}
      <p className="rule-links">
        <button type="button" className="button" onClick={() => show({ kind: "event", id: row.event })}>The latest event</button>
      </p>
      {commands.map(([what, command]) => (
        <section key={command}>
          <h3>{what}</h3>
          <p><CommandLine command={command} /></p>
        </section>
      ))}
    </div>
  );
}
