// One incident in a list: how bad, what, how it went, whether something left, who, when.

import { Link } from "@tanstack/react-router";
import type { IncidentRow } from "../../api/types";
import { project } from "../../format/path";
import { agentTitle } from "../../format/words";
import { cell } from "../cells/cell";
import { Moment } from "../Moment";
import { SeverityMark } from "../SeverityMark";
import { VerdictMark } from "../VerdictMark";
import { Chain } from "./Chain";
import { StatusMark } from "./StatusMark";
import { LEFT } from "./words";

interface IncidentItemProps {
  row: IncidentRow;
  /** It is the one that is looked at. */
  current?: boolean;
  /** It is one of several that are chosen together. */
  chosen?: boolean;
  onFocus: (id: string) => void;
}

export function IncidentItem({ row, current, chosen, onFocus }: IncidentItemProps) {
  const left = LEFT[row.left];
  const where = project(row.cwd);
  return (
    <li className={chosen ? "chosen" : undefined} data-current={current ? "" : undefined}>
      <span {...cell("severity", row.severity)}><SeverityMark severity={row.severity} word={false} /></span>
      <div className="story-what">
        <p className="story-head" {...cell("rule", row.rules[0])}>
          <Link to="/incidents/$id" params={{ id: row.id }} className="row-link" data-row={row.id} onFocus={() => onFocus(row.id)}>{row.title}</Link>
          {chosen && <span className="hidden">chosen</span>}
          <span className="mono faint">{row.id}</span>
        </p>
        <Chain steps={row.chain} all={row.steps} />
        <p className="story-end">
          {row.status !== "new" && <span {...cell("status", row.status)}><StatusMark status={row.status} /></span>}
          <VerdictMark verdict={row.verdict} />
          <span className={left.hue}>{left.word}</span>
          <span className="dim" {...cell("agent", row.agent)}>
            {row.agent === null ? "Ringfence" : agentTitle(row.agent)}
          </span>
          {where !== undefined && <span className="dim" {...cell("project", where)}>in {where}</span>}
          <span className="story-at faint"><Moment at={row.last} /></span>
        </p>
      </div>
    </li>
  );
}
