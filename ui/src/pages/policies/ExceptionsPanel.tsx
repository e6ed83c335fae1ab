// What the user has allowed. It is listed in a terminal: the API does not tell it.

import { CommandLine } from "../../parts/CommandLine";
import { Panel } from "../../parts/Panel";

export function ExceptionsPanel() {
  return (
    <Panel title="What you have allowed">
      <div className="padded event-view">
        <p className="dim">Exceptions for a call or a project are made, listed and withdrawn in a terminal, which no agent can do:</p>
        <p><CommandLine command="ringfence allow list" /></p>
      </div>
    </Panel>
  );
}
