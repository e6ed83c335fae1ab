// How the user has it his way. It is done in a terminal: agents cannot do it, and no page can.

import type { FindingDetail } from "../../api/types";
import { CommandLine } from "../../parts/CommandLine";
import { Panel } from "../../parts/Panel";
import { commandsIn, Prose } from "../../parts/Prose";

export function UndoPanel({ detail }: { detail: FindingDetail }) {
  const { undo } = detail;
  if (detail.finding.finding.allowed_by !== undefined) {
    return (
      <Panel title="You have allowed this">
        <div className="padded event-view">
          <p className="dim">To see what is allowed, and to withdraw it:</p>
          <p><CommandLine command="ringfence allow list" /></p>
        </div>
      </Panel>
    );
  }
  if (undo === null) return null;
  const [command] = commandsIn(undo);
  return (
    <Panel title="If you want it to run">
      <div className="padded event-view">
        {command === undefined ? <p><Prose text={undo} /></p> : (
          <>
            <p className="dim">In a terminal of your own; agents cannot do this. The same call is then allowed once:</p>
            <p><CommandLine command={command} /></p>
            <p className="dim">
              With <code>--project</code> added, the rule is silent below that directory; rules that guard Ringfence itself can
              only be allowed once.
            </p>
          </>
        )}
      </div>
    </Panel>
  );
}
