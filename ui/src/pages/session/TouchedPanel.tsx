// What the turn that is looked at touched.

import { Cable, FileText, Play, Plug, TriangleAlert, Wrench } from "lucide-react";
import { counted } from "../../format/number";
import { Panel } from "../../parts/Panel";
import { touched } from "./deeds";
import type { Turn } from "./timeline";

export function TouchedPanel({ turn }: { turn: Turn | undefined }) {
  if (!turn) return null;
  const sum = touched(turn);
  return (
    <Panel title="This turn touched" aside={turn.number > 0 ? `turn ${turn.number}` : "before the first prompt"}>
      <ul className="touched">
        {sum.found > 0 && <li className="high"><TriangleAlert aria-hidden />{counted(sum.found, "finding")}</li>}
        <li><Wrench aria-hidden />{counted(sum.calls, "tool call")}</li>
        <li><FileText aria-hidden />{counted(sum.files, "file")}</li>
        <li><Play aria-hidden />{counted(sum.processes, "process", "processes")}</li>
        <li><Cable aria-hidden />{counted(sum.hosts, "host or address", "hosts or addresses")}</li>
        <li><Plug aria-hidden />{sum.mcp === 0 ? "no MCP calls" : counted(sum.mcp, "MCP call")}</li>
      </ul>
    </Panel>
  );
}
