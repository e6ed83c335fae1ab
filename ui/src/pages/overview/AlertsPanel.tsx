// The latest alerts: what somebody may have to look at.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { findingsQuery } from "../../api/queries";
import { AlertList } from "../../parts/AlertList";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { RANGE_PHRASES, type Range } from "../../state/range";
import { useCursor } from "../../state/cursor";

const SHOWN = 6;

export function AlertsPanel({ range }: { range: Range }) {
  const query = useInfiniteQuery(findingsQuery({ range }, SHOWN));
  const items = query.data?.pages[0]?.items ?? [];
  const [row, setRow] = useState<string>();
  const note = useCursor({ ids: items.map((item) => item.finding.id), row, setRow });
  return (
    <Panel title="Latest alerts" className="wide" aside={<Link to="/alerts" search={{ range }} className="quiet-link">All alerts</Link>}>
      <Loaded query={query} lines={5}>
        {() =>
          items.length === 0 ? (
            <Empty title={`No rule found anything ${RANGE_PHRASES[range]}.`} command="ringfence check -- cat ~/.ssh/id_rsa">
              To see what would be denied, without running it:
            </Empty>
          ) : (
            <AlertList items={items} onFocus={note} />
          )
        }
      </Loaded>
    </Panel>
  );
}
