// Who reached which hosts: program, domain, host, one indented table.

import { Fragment } from "react";
import type { HostRow } from "../../api/types";
import { count } from "../../format/number";
import { hostClassWord } from "../../format/words";
import { cell } from "../../parts/cells/cell";
import { Ago } from "../../parts/Moment";
import { useOpen } from "../../state/open";
import { Answer } from "./Answer";
import { type Domain, byProgram } from "./rows";

export function HostTree({ rows, onFocus }: { rows: readonly HostRow[]; onFocus: (host: string) => void }) {
  return (
    <table className="table inspect-table">
      <thead>
        <tr>
          <th scope="col">Program, domain, host</th>
          <th scope="col" className="class-column">What it is</th>
          <th scope="col" className="answer-column">Answer</th>
          <th scope="col" className="figure-column">Events</th>
          <th scope="col" className="last-column">Latest</th>
        </tr>
      </thead>
      <tbody>
        {byProgram(rows).map((branch) => (
          <Fragment key={branch.program}>
            <tr className="branch">
              <th scope="row"><b className="mono">{branch.program}</b> <span className="faint">{branch.stopped > 0 && `${count(branch.stopped)} stopped or asked about`}</span></th>
              <td className="class-column" />
              <td className="answer-column" />
              <td className="figure-column">{count(branch.events)}</td>
              <td />
            </tr>
            {branch.domains.map((domain) => <DomainLines key={domain.name} domain={domain} onFocus={onFocus} />)}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

/** A domain has a line of its own where more than one of its hosts was reached. */
function DomainLines({ domain, onFocus }: { domain: Domain<HostRow>; onFocus: (host: string) => void }) {
  const { show } = useOpen();
  const several = domain.leaves.length > 1;
  return (
    <>
      {several && (
        <tr className="domain">
          <th scope="row" className="mono">{domain.name} <span className="faint">{count(domain.leaves.length)} hosts</span></th>
          <td className="class-column" />
          <td className="answer-column" />
          <td className="figure-column" />
          <td />
        </tr>
      )}
      {domain.leaves.map(({ row, key }) => (
        <tr key={key}>
          <td className="main-column" {...cell("host", row.host)}>
            <span className={several ? "host-leaf deep" : "host-leaf"}>
              <button type="button" className="row-link mono cut" data-row={row.host} title={row.host} onFocus={() => onFocus(row.host)} onClick={() => show({ kind: "host", id: row.host })}>{row.host}{row.new && <span className="new-mark">new</span>}</button>
            </span>
          </td>
          <td className="class-column cut dim" {...cell("class", row.class)}>{hostClassWord(row.class)}</td>
          <td className="answer-column" {...cell("verdict", row.verdict)}><Answer row={row} /></td>
          <td className="figure-column">{count(row.events)}</td>
          <td className="last-column dim"><Ago at={row.last} /></td>
        </tr>
      ))}
    </>
  );
}
