// One package that agents installed, or wanted to.

import { useQuery } from "@tanstack/react-query";
import { packagesQuery } from "../../api/inspect";
import { packageId } from "../../format/touched";
import { quote } from "../../state/command";
import { PlainCode } from "../Code";
import { Loaded } from "../Loaded";
import type { Inside } from "./Drawer";
import { Gone } from "./Gone";
import { TouchedView } from "./TouchedView";

export function PackageDrawer({ id }: Inside) {
  // Its name stands between the two: `npm:@scope/name@1.2.3`.
  const name = id.slice(id.indexOf(":") + 1, id.lastIndexOf("@"));
  const query = useQuery(packagesQuery({ exact: name }));
  return (
    <Loaded query={query} lines={6}>
      {({ items, looked }) => {
        const row = items.find((item) => packageId(item) === id);
        if (!row) return <Gone what="this package" looked={looked} />;
        return (
          <TouchedView
            row={row}
            name={row.name}
            by={row.by}
            facts={[["From", row.ecosystem], ["Version", row.version ?? "none was named"]]}
            commands={[["What would be answered now, without running it", `ringfence check -- ${quote(row.command)}`]]}
          >
            <PlainCode label="The command that asked for it last" text={row.command} />
          </TouchedView>
        );
      }}
    </Loaded>
  );
}
