// What became different in a file that agents obey, in sentences, the weightiest first.

import type { Difference } from "../api/types";

/** Sentences that are shown of one file. */
const SHOWN = 6;
const GRAVE = new Set(["hidden_text", "injection", "guard_loosened", "auto_approval", "hook_added", "git_command", "command", "endpoint", "mcp_server", "access", "startup"]);

export function ChangeList({ changes }: { changes: readonly Difference[] }) {
  return (
    <ul className="change-list">
      {changes.slice(0, SHOWN).map((change) => <li key={`${change.kind} ${change.text}`} className={GRAVE.has(change.kind) ? "grave" : undefined}>{change.text}</li>)}
      {changes.length > SHOWN && <li className="faint">{changes.length - SHOWN} more</li>}
    </ul>
  );
}
