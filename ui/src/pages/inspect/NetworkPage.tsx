// Where it talks to: what nobody knows first, then all hosts, and who reached them.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { hostsQuery } from "../../api/inspect";
import type { HostRow } from "../../api/types";
import { count } from "../../format/number";
import { SEEN } from "../../format/touched";
import { agentTitle, hostClassWord } from "../../format/words";
import { cell } from "../../parts/cells/cell";
import { Ago } from "../../parts/Moment";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { RecordBody, type Tab } from "../record/RecordBody";
import { Answer } from "./Answer";
import { HostTree } from "./HostTree";
import { InspectFrame } from "./InspectFrame";
import { ordered, touchedCells } from "./rows";

const route = getRouteApi("/net");

const RECORD: Record<string, Tab> = {
  requests: { id: "requests", word: "Requests", asks: { kind: "http_exchange" }, by: "proxy", none: "No request of an agent was seen.", about: "Request" },
  names: { id: "names", word: "Names asked for", asks: { kind: "dns_query" }, by: "kernel", none: "No name that programs asked for was seen.", about: "Name" },
  connections: { id: "connections", word: "Connections", asks: { kind: "connect" }, by: "kernel", none: "No connection was seen.", about: "Address" },
  searched: { id: "searched", word: "Searched", asks: { does: "web_search" }, by: "hook", none: "No tool has searched the web.", about: "Query" },
};
const TABS = [
  { id: "unknown", word: "Unknown" }, { id: "all", word: "All hosts" }, { id: "programs", word: "By program" },
  { id: "requests", word: "Requests" }, { id: "connections", word: "Connections" }, { id: "names", word: "Names" }, { id: "searched", word: "Searched" },
] as const;

export function NetworkPage() {
  const { tab } = route.useSearch();
  const record = tab === undefined ? undefined : RECORD[tab];
  return (
    <>
      <Top title="Network" />
      <Ribbon />
      {record ? <RecordBody address="/net" words={TABS} tab={record} /> : <Hosts />}
    </>
  );
}

function Hosts() {
  const { tab, text, range, from, to } = route.useSearch();
  const of = tab === "all" || tab === "programs" ? "all" : "unknown";
  const query = useQuery(hostsQuery(of, { text, range, from, to }));
  return (
    <InspectFrame
      address="/net"
      tabs={TABS}
      query={query}
      order={ordered}
      label="Host or program"
      word="host"
      id={(row) => row.host}
      entity={(row) => ({ kind: "host", id: row.host })}
      cells={(row) => ({ ...touchedCells(row), host: row.host, class: row.class, program: row.by[0] })}
      nothing={of === "unknown"
        ? { title: "No unknown host was reached.", because: ["Known are registries, code hosts and model providers, this machine, and private networks. Hosts come from calls, and with the sensor from the kernel, too."], command: "sudo ringfence sensor" }
        : { title: "No host was reached.", because: ["Calls of hooked agents tell of hosts; with the sensor the kernel does, too."], command: "sudo ringfence sensor" }}
      table={(rows, note) => (tab === "programs" ? <HostTree rows={rows} onFocus={note} /> : <HostTable rows={rows} onFocus={note} />)}
    />
  );
}

function HostTable({ rows, onFocus }: { rows: readonly HostRow[]; onFocus: (host: string) => void }) {
  const { show } = useOpen();
  return (
    <table className="table inspect-table">
      <thead>
        <tr>
          <th scope="col" className="answer-column">Answer</th>
          <th scope="col">Host</th>
          <th scope="col" className="class-column">What it is</th>
          <th scope="col" className="by-column">By</th>
          <th scope="col" className="done-column">Known from</th>
          <th scope="col" className="figure-column">Events</th>
          <th scope="col" className="last-column">Latest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.host}>
            <td className="answer-column" {...cell("verdict", row.verdict)}><Answer row={row} /></td>
            <td className="main-column" {...cell("host", row.host)}>
              <button type="button" className="row-link mono" data-row={row.host} title={row.host} onFocus={() => onFocus(row.host)} onClick={() => show({ kind: "host", id: row.host })}>
                {row.host}{row.new && <span className="new-mark">new</span>}
              </button>
            </td>
            <td className="class-column cut" {...cell("class", row.class)}>{hostClassWord(row.class)}</td>
            <td className="by-column cut dim" {...cell("program", row.by[0])} title={row.agents.map(agentTitle).join(", ")}><span className="mono">{row.by.join(", ")}</span></td>
            <td className="done-column cut dim" {...cell("seen", row.seen)} title={SEEN[row.seen].means}>{SEEN[row.seen].word}</td>
            <td className="figure-column">{count(row.events)}</td>
            <td className="last-column dim"><Ago at={row.last} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
