// No incident to show: calm where all is closed, and why where nothing was ever found.

import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { Empty } from "../../parts/Empty";
import { NothingHeard } from "../../parts/NothingHeard";
import type { IncidentState } from "../../state/search";

interface NothingProps {
  closed: number;
  state: IncidentState;
  narrowed: boolean;
  onClear: () => void;
}

export function Nothing({ closed, state, narrowed, onClear }: NothingProps) {
  const { data: status } = useQuery(statusQuery);
  if (narrowed) return <Empty title="No incident fits the filters." action={<button type="button" className="button" onClick={onClear}>Clear the filters</button>} />;
  if (state === "closed") return <Empty title="No incident was closed yet." />;
  if (closed > 0) return <Empty title="Nothing open.">{counted(closed, "incident")} closed. One that grows opens again.</Empty>;
  if (status?.last_seq === 0) return <NothingHeard />;
  return (
    <Empty title="Nothing open. No rule has found anything that needs a person." command="ringfence check -- cat ~/.ssh/id_rsa">
      What rules find in one session and belongs to one story becomes one incident here. To see what would be decided about a command, without running it:
    </Empty>
  );
}
