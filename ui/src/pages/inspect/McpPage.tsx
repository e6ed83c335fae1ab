// What agents can load: the MCP servers that they are configured with, and what was called on them.

import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { mcpQuery } from "../../api/inspect";
import type { McpCallRow, McpServer } from "../../api/types";
import { count } from "../../format/number";
import { toolId } from "../../format/touched";
import { agentTitle } from "../../format/words";
import { cell } from "../../parts/cells/cell";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { NotSeen } from "../../parts/NotSeen";
import { Panel } from "../../parts/Panel";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { Answer } from "./Answer";
import { InspectFrame } from "./InspectFrame";
import { ordered, touchedCells } from "./rows";

const route = getRouteApi("/mcp");
const TABS = [{ id: "calls", word: "Calls" }] as const;

export function McpPage() {
  const { text, range, from, to } = route.useSearch();
  const query = useQuery(mcpQuery({ text, range, from, to }));
  return (
    <>
      <Top title="MCP & skills" />
      <Ribbon />
      <InspectFrame
        address="/mcp"
        tabs={TABS}
        query={query}
        order={ordered}
        label="Server or tool"
        word="tool"
        id={toolId}
        entity={(row) => ({ kind: "tool", id: toolId(row) })}
        cells={(row) => ({ ...touchedCells(row), server: row.server, tool: row.tool })}
        nothing={{ title: "No tool of an MCP server was called.", because: ["Calls of hooked agents tell of it, whichever server it is."] }}
        table={(rows, note) => <CallTable rows={rows} onFocus={note} />}
      >
        <Panel title="Servers" aside="programs in the user's own settings of each agent" className="servers">
          <Loaded query={query} lines={3}>{({ servers }) => <Servers servers={servers} />}</Loaded>
          <p className="panel-end">Skills and instructions that agents load are files: they stand with what changed in them under <Link to="/files" search={{ tab: "trusted" }} className="link">Files, Agent memory</Link>.</p>
        </Panel>
      </InspectFrame>
    </>
  );
}

function Servers({ servers }: { servers: readonly McpServer[] }) {
  if (servers.length === 0) {
    return <NotSeen reason={{ title: "No agent is configured with an MCP server.", because: ["Looked for are programs in the user's own settings of each agent. Servers of single projects and those behind an address are not listed; calls of any of them are below."], command: "ringfence scan ." }} />;
  }
  const bare = servers.some((server) => !server.wrapped);
  return (
    <div className="cells">
      <table className="table inspect-table">
        <thead><tr><th scope="col" className="package-column">Server</th><th scope="col" className="by-column">Agent</th><th scope="col">What it runs, or where it is</th><th scope="col" className="done-column">Stands in</th><th scope="col" className="kind-column">Watched</th></tr></thead>
        <tbody>
          {servers.map((server) => (
            <tr key={`${server.agent} ${server.file} ${server.name}`}>
              <td className="package-column cut mono"><b>{server.name}</b></td>
              <td className="by-column cut dim">{agentTitle(server.agent)}</td>
              <td className="cut mono" title={server.command}>{server.command}</td>
              <td className="done-column cut mono dim" title={server.file}>{server.file}</td>
              <td className="kind-column">{server.wrapped ? "Wrapped" : <span className="faint">No</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {bare && <p className="panel-end">What a server that is not wrapped says to its agent is seen as tool calls only. <CommandLine command="ringfence install --mcp" /></p>}
    </div>
  );
}

function CallTable({ rows, onFocus }: { rows: readonly McpCallRow[]; onFocus: (row: string) => void }) {
  const { show } = useOpen();
  return (
    <table className="table inspect-table">
      <thead>
        <tr>
          <th scope="col" className="answer-column">Answer</th>
          <th scope="col">Server and tool</th>
          <th scope="col" className="by-column">By</th>
          <th scope="col" className="figure-column">Calls</th>
          <th scope="col" className="figure-column sessions-column">Sessions</th>
          <th scope="col" className="last-column first-column">First</th>
          <th scope="col" className="last-column">Latest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={toolId(row)}>
            <td className="answer-column" {...cell("verdict", row.verdict)}><Answer row={row} /></td>
            <td className="main-column" {...cell("server", row.server)}>
              <button type="button" className="row-link mono" data-row={toolId(row)} onFocus={() => onFocus(toolId(row))} onClick={() => show({ kind: "tool", id: toolId(row) })}><b>{row.server}</b> {row.tool}</button>
            </td>
            <td className="by-column cut dim" {...cell("agent", row.agents[0])}>{row.agents.map(agentTitle).join(", ")}</td>
            <td className="figure-column">{count(row.events)}</td>
            <td className="figure-column sessions-column dim">{count(row.sessions)}</td>
            <td className="last-column first-column dim"><Ago at={row.first} /></td>
            <td className="last-column dim"><Ago at={row.last} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
