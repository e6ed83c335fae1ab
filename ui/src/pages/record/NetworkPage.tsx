// Where agents talk to: by tools, and by what their programs did.

import { RecordPage } from "./RecordPage";

export function NetworkPage() {
  return (
    <RecordPage
      title="Network"
      address="/net"
      tabs={[
        { id: "fetched", word: "Fetched by tools", asks: { does: "fetch" }, by: "hook", none: "No tool has fetched a page.", about: "Address" },
        { id: "searched", word: "Searched", asks: { does: "web_search" }, by: "hook", none: "No tool has searched the web.", about: "Query" },
        { id: "requests", word: "Requests", asks: { kind: "http_exchange" }, by: "proxy", none: "No request of an agent was seen.", about: "Request" },
        { id: "connections", word: "Connections", asks: { kind: "connect" }, by: "kernel", none: "No connection was seen.", about: "Address" },
        { id: "names", word: "Names asked for", asks: { kind: "dns_query" }, by: "kernel", none: "No name that programs asked for was seen.", about: "Name" },
      ]}
    />
  );
}
