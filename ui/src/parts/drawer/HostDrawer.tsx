// One host: what it is, who reached it, and how it is trusted or flagged.

import { useQuery } from "@tanstack/react-query";
import { hostsQuery } from "../../api/inspect";
import { SEEN } from "../../format/touched";
import { hostClassWord } from "../../format/words";
import { quote } from "../../state/command";
import { Loaded } from "../Loaded";
import type { Inside } from "./Drawer";
import { Gone } from "./Gone";
import { TouchedView } from "./TouchedView";

export function HostDrawer({ id }: Inside) {
  const query = useQuery(hostsQuery("all", { exact: id }));
  return (
    <Loaded query={query} lines={6}>
      {({ items, looked }) => {
        const row = items.find((item) => item.host === id);
        if (!row) return <Gone what="this host" looked={looked} />;
        const name = quote(row.host);
        return (
          <TouchedView
            row={row}
            name={row.host}
            by={row.by}
            facts={[["What it is", hostClassWord(row.class)], ["Known from", SEEN[row.seen].means]]}
            commands={[["To let no program reach it through the proxy", `ringfence hosts flag ${name}`], ["To trust it with secrets", `ringfence hosts trust ${name}`]]}
          />
        );
      }}
    </Loaded>
  );
}
