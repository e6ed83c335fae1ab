// Where an incident stands, in a word. New is what is normal in an inbox: it stands out by its dot.

import type { IncidentStatus } from "../../api/types";
import { statusWord } from "../../format/words";
import { STATUSES, isOpen } from "./words";

export function StatusMark({ status }: { status: IncidentStatus }) {
  return <span className={`status-mark ${status} ${isOpen(status) ? "open" : "closed"}`} title={STATUSES[status].means}>{statusWord(status)}</span>;
}
