// How rules are written down: the page tries them, a file holds them.

import { CommandLine } from "../../parts/CommandLine";
import { Panel } from "../../parts/Panel";

export function ChangePanel() {
  return (
    <Panel title="Rules of your own">
      <ul className="fixes">
        <li><p className="dim">They are written, tried and saved on the test bench: files in <code>~/.config/ringfence/rules</code>, in force within a second. Their own examples are tried in a terminal:</p><CommandLine command="ringfence rules test FILE" /></li>
        <li><p className="dim">Names rules that can't match, match too much, are slow, or never fire:</p><CommandLine command="ringfence rules lint" /></li>
      </ul>
    </Panel>
  );
}
