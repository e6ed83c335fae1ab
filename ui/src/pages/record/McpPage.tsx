// What agents called on MCP servers. Which servers they can load is not told by the API yet.

import { RecordPage } from "./RecordPage";

export function McpPage() {
  return (
    <RecordPage
      title="MCP & skills"
      address="/mcp"
      tabs={[{ id: "calls", word: "Calls", asks: { does: "mcp" }, by: "hook", none: "No tool of an MCP server was called.", about: "Call" }]}
    />
  );
}
