// A banner: the daemon does not answer, and since when what is shown is old.

import { commandsIn, Prose } from "../../parts/Prose";
import { CommandLine } from "../../parts/CommandLine";
import { clock } from "../../format/time";
import { ApiFailure } from "../../api/client";

export function Unreachable({ error, since }: { error: Error; since: number }) {
  const hint = error instanceof ApiFailure ? error.hint : null;
  const [command] = hint === null ? [] : commandsIn(hint);
  return (
    <div className="banner" role="alert">
      <span>
        <b><Prose text={error.message} /></b>
        {since > 0 && ` What you see is from ${clock(new Date(since).toISOString())}. Agents' hooks go on judging by themselves.`}
      </span>
      {command !== undefined && <CommandLine command={command} />}
    </div>
  );
}
