// One event beside the list that it stands in. Esc or the cross closes it; on a small
// screen it covers the page, and nothing behind it can be reached.

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { eventQuery } from "../api/queries";
import { kindWord } from "../format/words";
import { useKeys } from "../state/keys";
import { Empty } from "./Empty";
import { EventView } from "./event/EventView";
import { Loaded } from "./Loaded";

export function Drawer({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(eventQuery(id));
  const box = useRef<HTMLElement>(null);
  useKeys({ Escape: onClose });
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
  return (
    <aside ref={box} className="drawer" aria-label="Event" tabIndex={-1}>
      <header className="panel-head">
        <h2>{query.data ? kindWord(query.data.event.action.kind) : "Event"}</h2>
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close" title="Close (Esc)"><X aria-hidden /></button>
      </header>
      <div className="drawer-body">
        <Loaded
          query={query}
          lines={6}
          missing={<Empty title="This event is not in the record.">It may be older than what is kept, or the address is wrong.</Empty>}
        >
          {(detail) => <EventView detail={detail} />}
        </Loaded>
      </div>
    </aside>
  );
}
