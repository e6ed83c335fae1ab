// Tells somebody who looks elsewhere that a grave incident is new: by the browser, once for each,
// and only if it was chosen. Nothing takes the focus away.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { graveIncidentsQuery } from "../../api/incidents";
import { severityWord } from "../../format/words";
import { notices } from "../../state/preferences";
import { news } from "./news";

export function Notices() {
  return notices.use() === "on" && "Notification" in window ? <Watch /> : null;
}

function Watch() {
  const { data } = useQuery(graveIncidentsQuery);
  const go = useNavigate();
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    if (!data) return;
    const fresh = news(known.current, data);
    known.current = new Set([...(known.current ?? []), ...data.map((row) => row.id)]);
    if (Notification.permission !== "granted") return;
    for (const row of fresh) {
      // The same tag in several tabs is one notice.
      const notice = new Notification(row.title, { body: `${severityWord(row.severity)}. ${row.narrative.at(-1) ?? ""}`, tag: `ringfence-${row.id}` });
      notice.onclick = () => {
        window.focus();
        void go({ to: "/incidents/$id", params: { id: row.id } });
      };
    }
  }, [data, go]);
  return null;
}
