// What was answered to a thing over time: stopped or asked about, with how often; calm where never.

import type { Touched } from "../../api/types";
import { count } from "../../format/number";
import { VerdictMark } from "../../parts/VerdictMark";

export function Answer({ row }: { row: Pick<Touched, "verdict" | "denied" | "asked"> }) {
  if (row.verdict === "allow") return <span className="faint">Allowed</span>;
  const times = row.verdict === "deny" ? row.denied : row.verdict === "ask" ? row.asked : 0;
  return <span className="decided answer"><VerdictMark verdict={row.verdict} />{times > 1 && <span className="faint answer-times">{count(times)}×</span>}</span>;
}
