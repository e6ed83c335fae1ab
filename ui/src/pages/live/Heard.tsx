// What came, said politely every ten seconds for those who do not see the list: rows by the
// thousand would be a storm of words.

import { useEffect, useState } from "react";
import { counted } from "../../format/number";
import { rows } from "../../live/feed";

const EVERY = 10_000;

export function Heard() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    let seen = rows.end;
    const timer = setInterval(() => {
      const fresh = [];
      for (let place = Math.max(seen, rows.start); place < rows.end; place += 1) fresh.push(rows.at(place));
      seen = rows.end;
      const denied = fresh.filter((row) => row?.verdict === "deny").length;
      setSaid(fresh.length === 0 ? "" : `${counted(fresh.length, "event")} in ten seconds${denied > 0 ? `, ${denied} denied` : ""}`);
    }, EVERY);
    return () => clearInterval(timer);
  }, []);
  return <p className="hidden" role="status">{said}</p>;
}
