// A verdict in a word. Allowed is what is normal: it is said only where it is asked for.

import { Ban, BellRing, MessageCircleQuestion } from "lucide-react";
import type { Verdict } from "../api/types";
import { verdictWord } from "../format/words";

const ICONS = { deny: Ban, ask: MessageCircleQuestion, alert: BellRing, allow: undefined };

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const Icon = ICONS[verdict];
  return (
    <span className={`verdict ${verdict}`}>
      {Icon && <Icon aria-hidden />}
      {verdictWord(verdict)}
    </span>
  );
}
