// The icon of a step: that it was stopped comes first, then what kind of thing it was.

import { Ban, FileKey2, FileText, Globe, MessagesSquare, SquareTerminal, Syringe } from "lucide-react";
import type { IncidentStep } from "../../api/types";

const ICONS = { prompt: MessagesSquare, file: FileText, secret: FileKey2, process: SquareTerminal, network: Globe, orders: Syringe, stopped: Ban };

type Shown = Pick<IncidentStep, "lane" | "verdict" | "carries_secret" | "what">;

export function LaneIcon({ step }: { step: Shown }) {
  const Icon = ICONS[iconOf(step)];
  return <Icon aria-hidden />;
}

function iconOf({ lane, verdict, carries_secret: carries, what }: Shown): keyof typeof ICONS {
  if (verdict === "deny") return "stopped";
  if (what.includes("gives orders")) return "orders";
  return lane === "file" && carries ? "secret" : lane;
}
