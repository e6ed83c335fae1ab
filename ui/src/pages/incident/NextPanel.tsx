// What to do next, to be ticked off. The ticks are kept in this browser.

import type { Incident } from "../../api/types";
import { Panel } from "../../parts/Panel";
import { CommandLine } from "../../parts/CommandLine";
import { tick, useTicks } from "../../state/ticks";

export function NextPanel({ incident }: { incident: Incident }) {
  const done = useTicks(incident.id);
  const finished = incident.next.filter((todo) => done.has(keyOf(todo.what, todo.with))).length;
  return (
    <Panel title="Do next" aside={`${finished} of ${incident.next.length} done`}>
      <ol className="todos">
        {incident.next.map((todo) => {
          const key = keyOf(todo.what, todo.with);
          const isDone = done.has(key);
          return (
            <li key={key} className={isDone ? "done" : undefined}>
              <label>
                <input type="checkbox" checked={isDone} onChange={(event) => tick(incident.id, key, event.target.checked)} />
                <b>{todo.what}</b>
              </label>
              <span className="faint cut-anywhere">{todo.with}</span>
              {todo.command !== null && !isDone && <CommandLine command={todo.command} />}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function keyOf(what: string, about: string): string {
  return `${what} ${about}`.slice(0, 200);
}
