// How the user has it their way: here, signed in, or in a terminal; agents can do neither.

import type { FindingDetail } from "../../api/types";
import { CommandLine } from "../../parts/CommandLine";
import { Panel } from "../../parts/Panel";
import { useExceptions } from "../policies/useExceptions";
import { commandsIn, Prose } from "../../parts/Prose";

export function UndoPanel({ detail }: { detail: FindingDetail }) {
  const { undo } = detail;
  const { id } = detail.finding.finding;
  const { make } = useExceptions();
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
            <p className="dim">Agents cannot do this. The same call is then allowed once, or the rule is silent below the project's directory; rules that guard Ringfence itself can only be allowed once.</p>
            <p className="rule-links">
              <button type="button" className="button" onClick={() => void make({ finding: id, once: true })}>Allow this call once</button>
              <button type="button" className="button" onClick={() => void make({ finding: id, once: false })}>Allow it in the project</button>
            </p>
            <p className="dim">The same in a terminal; for the project with <code>--project</code>:</p>
            <p><CommandLine command={command} /></p>
          </>
        )}
      </div>
    </Panel>
  );
}
