// "Not seen yet, because …": what a page would show, why it can't, and what to do. The
// reasons are the daemon's own words or follow from them: nothing is made up.

import type { ReactNode } from "react";
import { CommandLine } from "./CommandLine";
import { Prose } from "./Prose";

export interface Reason {
  title: string;
  because: readonly string[];
  command?: string;
}

export function NotSeen({ reason, children }: { reason: Reason; children?: ReactNode }) {
  return (
    <div className="note empty">
      <p><b>{reason.title}</b></p>
      {reason.because.length > 0 && (
        <ul className="bullets">{reason.because.map((why) => <li key={why}><Prose text={why} /></li>)}</ul>
      )}
      {(reason.command !== undefined || children !== undefined) && (
        <div className="actions">
          {reason.command !== undefined && <CommandLine command={reason.command} />}
          {children}
        </div>
      )}
    </div>
  );
}
