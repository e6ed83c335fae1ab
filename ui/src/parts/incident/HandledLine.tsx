// What was decided about an incident, when and why; nothing where nobody did.

import type { Handled, IncidentStatus } from "../../api/types";
import { Ago } from "../Moment";
import { StatusMark } from "./StatusMark";

export function HandledLine({ status, handled }: { status: IncidentStatus; handled: Handled | null }) {
  if (handled === null) return null;
  return (
    <p className="handled">
      <StatusMark status={status} />
      <span className="dim">
        {handled.status !== status && "It grew after it was closed. "}
        “{handled.reason}” <span className="faint"><Ago at={handled.at} /></span>
      </span>
    </p>
  );
}
