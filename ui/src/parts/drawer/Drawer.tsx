// One thing beside the page that it stands on. Esc or the cross closes it, `o` goes to its
// full page; on a small screen it covers the page, and nothing behind it can be reached.

import { useNavigate } from "@tanstack/react-router";
import { Maximize2, SquareTerminal, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { commandOfEntity } from "../../state/command";
import type { Entity, EntityKind } from "../../state/entity";
import { useKeys } from "../../state/keys";
import { copyText } from "../copyCommand";
import { AgentDrawer } from "./AgentDrawer";
import { AlertDrawer } from "./AlertDrawer";
import { EventDrawer } from "./EventDrawer";
import { FileDrawer } from "./FileDrawer";
import { HostDrawer } from "./HostDrawer";
import { IncidentDrawer } from "./IncidentDrawer";
import { PackageDrawer } from "./PackageDrawer";
import { ProcessDrawer } from "./ProcessDrawer";
import { RuleDrawer } from "./RuleDrawer";
import { SessionDrawer } from "./SessionDrawer";
import { ToolDrawer } from "./ToolDrawer";

const WORDS: Record<EntityKind, string> = {
  event: "Event", alert: "Alert", incident: "Incident", session: "Session", process: "Process", agent: "Agent", rule: "Rule", file: "File", host: "Host", package: "Package", tool: "Tool",
};

/** What a drawer's inside tells its frame. */
export interface Inside {
  id: string;
  /** A better heading than the kind's word, once it is known. */
  onTitle: (title: string) => void;
}

const INSIDES = {
  event: EventDrawer, alert: AlertDrawer, incident: IncidentDrawer, session: SessionDrawer, process: ProcessDrawer, agent: AgentDrawer, rule: RuleDrawer, file: FileDrawer, host: HostDrawer,
  package: PackageDrawer, tool: ToolDrawer,
};

export function Drawer({ entity, onClose }: { entity: Entity; onClose: () => void }) {
  const box = useRef<HTMLElement>(null);
  const [title, setTitle] = useState(WORDS[entity.kind]);
  const full = useFullPage(entity);
  const copy = () => copyText(commandOfEntity(entity));
  useKeys({ Escape: onClose, c: copy, ...(full && { o: full }) });
  useEffect(() => {
    const main = document.getElementById("main");
    const before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const small = matchMedia("(max-width: 900px)");
    const cover = () => main?.toggleAttribute("data-covered", small.matches);
    cover();
    small.addEventListener("change", cover);
    box.current?.focus({ preventScroll: true });
    return () => {
      small.removeEventListener("change", cover);
      main?.removeAttribute("data-covered");
      before?.focus({ preventScroll: true });
    };
  }, []);
  const Inside = INSIDES[entity.kind];
  return (
    <aside ref={box} className="drawer" aria-label={WORDS[entity.kind]} tabIndex={-1}>
      <header className="panel-head">
        <h2>{title}</h2>
        <span className="spring" />
        <button type="button" className="icon-button" onClick={copy} aria-label="Copy as a ringfence command" title="Copy as a ringfence command (c)"><SquareTerminal aria-hidden /></button>
        {full && <button type="button" className="icon-button" onClick={full} aria-label="Full page" title="Full page (o)"><Maximize2 aria-hidden /></button>}
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close" title="Close (Esc)"><X aria-hidden /></button>
      </header>
      <div className="drawer-body">
        <Inside id={entity.id} onTitle={setTitle} />
      </div>
    </aside>
  );
}

/** Where more of it is shown; an event has no page of its own. */
function useFullPage({ kind, id }: Entity): (() => void) | undefined {
  const go = useNavigate();
  switch (kind) {
    case "session":
      return () => void go({ to: "/sessions/$session", params: { session: id } });
    case "alert":
      return () => void go({ to: "/alerts/$id", params: { id } });
    case "incident":
      return () => void go({ to: "/incidents/$id", params: { id } });
    case "rule":
      return () => void go({ to: "/alerts", search: { rule: id } });
    default:
      return undefined;
  }
}
