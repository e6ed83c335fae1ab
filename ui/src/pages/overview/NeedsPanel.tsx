// What somebody may have to act on: open incidents, decided about from here with the keyboard.

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { IncidentList } from "../../api/types";
import { counted } from "../../format/number";
import { CommandLine } from "../../parts/CommandLine";
import { IncidentItem } from "../../parts/incident/IncidentItem";
import "../../parts/incident/incident-item.css";
import { useTriage } from "../../parts/incident/useTriage";
import { isOpen } from "../../parts/incident/words";
import { Panel } from "../../parts/Panel";
import { focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";

interface NeedsPanelProps {
  list: IncidentList;
  phrase: string;
}

/** Incidents that are shown. */
export const SHOWN = 5;

export function NeedsPanel({ list, phrase }: NeedsPanelProps) {
  const [row, setRow] = useState<string>();
  const shown = list.items.filter((item) => isOpen(item.status)).slice(0, SHOWN);
  const note = useCursor({ ids: shown.map((item) => item.id), row, setRow });
  const { box } = useTriage(() => shown.filter((item) => item.id === (focusedRow() ?? row)));
  const { show } = useOpen();
  useKeys({
    v: () => {
      const id = focusedRow() ?? row;
      if (id !== undefined) show({ kind: "incident", id });
    },
  });
  return (
    <Panel
      title="Needs you"
      className="wide needs"
      aside={shown.length > 0 && <span className="key-hints" aria-hidden><kbd>J</kbd> <kbd>K</kbd> move <kbd>↵</kbd> open <kbd>E</kbd> resolve <kbd>S</kbd> snooze</span>}
    >
      {shown.length === 0 ? (
        <div className="note">
          <p><b>Nothing open {phrase}.</b></p>
          <p className="dim">Nothing that rules found waits for a person. What would be denied, without running it:</p>
          <p><CommandLine command="ringfence check -- cat ~/.ssh/id_rsa" /></p>
        </div>
      ) : (
        <ul className="stories">{shown.map((item) => <IncidentItem key={item.id} row={item} onFocus={note} />)}</ul>
      )}
      <p className="panel-end">
        {list.open > shown.length && `${counted(list.open - shown.length, "more incident")}. `}
        {list.closed > 0 && `${counted(list.closed, "incident")} closed. `}
        <Link to="/incidents" search={(old) => ({ range: old.range, from: old.from, to: old.to })} className="quiet-link">All incidents</Link>
      </p>
      {box}
    </Panel>
  );
}
