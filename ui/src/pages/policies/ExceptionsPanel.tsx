// What the user has allowed: one rule below one directory each.

import { useQuery } from "@tanstack/react-query";
import { ApiFailure } from "../../api/client";
import { exceptionsQuery } from "../../api/rules";
import type { Exception } from "../../api/types";
import { exact } from "../../format/time";
import { quote } from "../../state/command";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";

export function ExceptionsPanel() {
  const query = useQuery(exceptionsQuery);
  const missing = query.error instanceof ApiFailure && query.error.status === 404;
  return (
    <Panel title="What you have allowed">
      {missing ? <InTerminal /> : (
        <Loaded query={query} lines={3}>
          {({ items }) => (items.length === 0 ? <p className="padded dim">Nothing: every rule holds everywhere.</p> : <ul className="fixes">{items.map((one) => <Entry key={one.id} one={one} />)}</ul>)}
        </Loaded>
      )}
    </Panel>
  );
}

function InTerminal() {
  return (
    <div className="padded event-view">
      <p className="dim">Exceptions are made, listed and withdrawn in a terminal, which no agent can do:</p>
      <p><CommandLine command="ringfence allow list" /></p>
    </div>
  );
}

function Entry({ one }: { one: Exception }) {
  return (
    <li>
      <p><span className="mono">{one.rule}</span> <span className="dim">{one.once ? "once" : one.project === null ? "everywhere" : <>below <code className="cut-anywhere">{one.project}</code></>}</span></p>
      {one.reason !== null && <p className="dim">“{one.reason}”</p>}
      <p className="faint">{one.expired ? "Expired: it allows nothing" : one.until === null ? "Until it is withdrawn" : `Until ${exact(one.until)}`}</p>
      <CommandLine command={`ringfence allow remove ${quote(one.id)}`} />
    </li>
  );
}
