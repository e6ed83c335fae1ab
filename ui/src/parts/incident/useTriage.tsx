// The keys of triage, the same in the inbox and on an incident's page: each asks why.

import { type ReactNode, useCallback, useState } from "react";
import type { IncidentStatus } from "../../api/types";
import { useKeys } from "../../state/keys";
import { SettleBox } from "./SettleBox";
import { type Settled, useSettle } from "./useSettle";

interface Triage {
  /** Asks why, and then decides. */
  ask: (status: IncidentStatus) => void;
  /** The box that asks; it stands where it is drawn. */
  box: ReactNode;
}

/** `rows` tells what is decided about when somebody presses a key. */
export function useTriage(rows: () => readonly Settled[], onSettled?: () => void): Triage {
  const [asking, setAsking] = useState<{ rows: readonly Settled[]; status: IncidentStatus }>();
  const settle = useSettle();
  const ask = (status: IncidentStatus) => {
    const about = rows();
    if (about.length > 0) setAsking({ rows: about, status });
  };
  useKeys({
    e: () => ask("resolved"),
    s: () => ask("snoozed"),
    f: () => ask("false_positive"),
    a: () => ask("investigating"),
  });
  const close = useCallback(() => setAsking(undefined), []);
  const box = asking && (
    <SettleBox
      rows={asking.rows}
      status={asking.status}
      onClose={close}
      onSettle={(status, reason) => {
        close();
        void settle(asking.rows, status, reason);
        onSettled?.();
      }}
    />
  );
  return { ask, box };
}
