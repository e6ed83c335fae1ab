// One tool of an MCP server: how often it was called, by whom, and where its server stands.

import { useQuery } from "@tanstack/react-query";
import { mcpQuery } from "../../api/inspect";
import { toolId } from "../../format/touched";
import { agentTitle } from "../../format/words";
import { Facts } from "../Facts";
import { Loaded } from "../Loaded";
import type { Inside } from "./Drawer";
import { Gone } from "./Gone";
import { TouchedView } from "./TouchedView";

export function ToolDrawer({ id }: Inside) {
  const query = useQuery(mcpQuery({ exact: id.slice(0, id.indexOf("/")) }));
  return (
    <Loaded query={query} lines={6}>
      {({ items, servers, looked }) => {
        const row = items.find((item) => toolId(item) === id);
        if (!row) return <Gone what="this tool" looked={looked} />;
        const known = servers.filter((server) => server.name === row.server);
        return (
          <TouchedView row={row} name={toolId(row)} facts={[["Server", <code key="server">{row.server}</code>], ["Tool", <code key="tool">{row.tool}</code>]]}>
            {known.map((server) => (
              <section key={`${server.agent} ${server.file}`}>
                <h3>In the settings of {agentTitle(server.agent)}</h3>
                <Facts facts={[["Runs", <code key="command" className="cut-anywhere">{server.command}</code>], ["Stands in", <code key="file" className="cut-anywhere">{server.file}</code>], ["Watched", server.wrapped ? "wrapped" : "tool calls only"]]} />
              </section>
            ))}
          </TouchedView>
        );
      }}
    </Loaded>
  );
}
