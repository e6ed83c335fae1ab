// One file: what it is, what agents did to it, and what changed in it.

import { useQuery } from "@tanstack/react-query";
import { filesQuery } from "../../api/inspect";
import { accesses, SEEN } from "../../format/touched";
import { fileClassWord } from "../../format/words";
import { ChangeList } from "../ChangeList";
import { Loaded } from "../Loaded";
import type { Inside } from "./Drawer";
import { Gone } from "./Gone";
import { TouchedView } from "./TouchedView";

export function FileDrawer({ id }: Inside) {
  const query = useQuery(filesQuery("all", { exact: id }));
  return (
    <Loaded query={query} lines={6}>
      {({ items, looked }) => {
        const row = items.find((item) => item.path === id);
        if (!row) return <Gone what="this file" looked={looked} />;
        return (
          <TouchedView row={row} name={row.path} by={row.by} facts={[["What it is", fileClassWord(row.class)], ["Touched", accesses(row)], ["Known from", SEEN[row.seen].means]]}>
            {row.changes.length > 0 && <section><h3>What changed in it</h3><ChangeList changes={row.changes} /></section>}
          </TouchedView>
        );
      }}
    </Loaded>
  );
}
