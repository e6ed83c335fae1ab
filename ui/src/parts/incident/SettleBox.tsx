// Asks why: a decision about an incident always has a reason, for whoever reads it later.

import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { IncidentStatus } from "../../api/types";
import { counted } from "../../format/number";
import { STATUS_NAMES, statusWord } from "../../format/words";
import type { Settled } from "./useSettle";
import { STATUSES } from "./words";

/** The longest reason that the daemon takes is longer; nobody types more than this. */
const LONGEST = 1000;

interface SettleBoxProps {
  rows: readonly Settled[];
  status: IncidentStatus;
  onSettle: (status: IncidentStatus, reason: string) => void;
  onClose: () => void;
}

export function SettleBox({ rows, status: first, onSettle, onClose }: SettleBoxProps) {
  const box = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [status, setStatus] = useState(first);
  const [reason, setReason] = useState("");
  const title = useId();
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    input.current?.focus();
    return () => dialog?.close();
  }, []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const why = reason.trim();
    if (why !== "") onSettle(status, why);
  };
  return (
    <dialog ref={box} className="settle" aria-labelledby={title} closedby="any" onClose={onClose}>
      <form onSubmit={send}>
        <h2 id={title}>{STATUSES[status].verb}: <span className="dim">{rows.length === 1 ? rows[0]?.title : counted(rows.length, "incident")}</span></h2>
        <p className="settle-status">
          <select className="choice" aria-label="Status" value={status} onChange={(event) => setStatus(STATUS_NAMES.find((name) => name === event.target.value) ?? first)}>
            {STATUS_NAMES.map((name) => <option key={name} value={name}>{statusWord(name)}</option>)}
          </select>
          <span className="faint">{STATUSES[status].means}</span>
        </p>
        <input ref={input} type="text" aria-label="Why" placeholder="Why, in your own words" required maxLength={LONGEST} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />
        <p className="settle-reasons">
          {STATUSES[status].reasons.map((one) => (
            <button key={one} type="button" className="button small" onClick={() => onSettle(status, one)}>{one}</button>
          ))}
        </p>
        <p className="settle-end">
          <button type="button" className="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="button primary" disabled={reason.trim() === ""}>{STATUSES[status].verb}</button>
        </p>
      </form>
    </dialog>
  );
}
