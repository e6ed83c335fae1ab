// What is opened is not in what was looked at: the newest events, not all of them.

import type { Looked } from "../../api/types";
import { counted } from "../../format/number";
import { Empty } from "../Empty";

export function Gone({ what, looked }: { what: string; looked: Looked }) {
  return <Empty title={`No event of ${what} was found.`}>{counted(looked.events, "event")} were looked at{looked.more ? ", the newest; there are older ones" : ""}. The address may be wrong.</Empty>;
}
