// How rules are written down: the page tries them, a file holds them.

import { CommandLine } from "../../parts/CommandLine";
import { Panel } from "../../parts/Panel";

export function ChangePanel() {
  return (
    <Panel title="Rules of your own">
      <ul className="fixes">
        <li><p className="dim">Files in <code>~/.config/ringfence/rules</code> are in force within a second. Write and try one on the test bench; then, in a terminal:</p><CommandLine command="ringfence rules test FILE" /></li>
        <li><p className="dim">Names rules that can't match, match too much, are slow, or never fire:</p><CommandLine command="ringfence rules lint" /></li>
      </ul>
    </Panel>
  );
}
