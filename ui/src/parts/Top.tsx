// The line at the head of a page: where one is, how the line to the daemon is, what to do.

import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { rows, useFact } from "../live/feed";
import { Ago } from "./Moment";
import { ViewTools } from "./ViewTools";

interface TopProps {
  title: string;
  /** For the window's title, where it differs. */
  windowTitle?: string;
  /** Where the way back leads; the page's own heading then stands below. */
  back?: { to: "/sessions" | "/incidents" | "/alerts"; word: string };
  /** The page has no heading yet: it is loading, or there is nothing. */
  bare?: boolean;
  children?: ReactNode;
}

export function Top({ title, windowTitle, back, bare, children }: TopProps) {
  useEffect(() => {
    document.title = `${windowTitle ?? title} · Ringfence`;
  }, [title, windowTitle]);
  return (
    <div className="top">
      {back ? (
        <>
          <Link to={back.to} className="back"><ArrowLeft aria-hidden />{back.word}</Link>
          {bare && <h1 className="hidden">{title}</h1>}
        </>
      ) : (
        <h1>{title}</h1>
      )}
      <span className="spring" />
      <LineState />
      {children}
      <ViewTools />
    </div>
  );
}

const WORDS = { connecting: "Connecting", waiting: "Not connected, trying again" };

function LineState() {
  const line = useFact("line");
  const skipped = useFact("skipped");
  const complaint = useFact("complaint");
  // Drawn anew with each change of the rows: the latest one is said.
  useFact("version");
  const last = rows.last();
  return (
    <span className="line-state" data-line={line}>
      {line === "open" ? (
        last ? <span><span className="line-word">Last event </span><Ago at={last.at} /></span> : "Connected, no events yet"
      ) : (
        WORDS[line]
      )}
      {skipped > 0 && <b className="medium">, {skipped.toLocaleString("en")} skipped</b>}
      {line === "open" && complaint !== undefined && <b className="medium">, {complaint}</b>}
    </span>
  );
}
