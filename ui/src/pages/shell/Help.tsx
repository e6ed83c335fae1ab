// What the keyboard does, the switch for it, and the small print.

import { X } from "lucide-react";
import { Prose } from "../../parts/Prose";
import { KEYMAP, type KeyEntry } from "../../state/keymap";
import { useKeys } from "../../state/keys";
import { singleKeys } from "../../state/preferences";

const ID = "help";
const GROUPS = ["Everywhere", "Lists", "Go to"] as const;

function dialog(): HTMLDialogElement | null {
  const found = document.getElementById(ID);
  return found instanceof HTMLDialogElement ? found : null;
}

export function openHelp(): void {
  dialog()?.showModal();
}

export function Help() {
  const enabled = singleKeys.use() === "on";
  useKeys({ "?": openHelp });
  const licences = document.querySelector<HTMLLinkElement>("link[rel=license]")?.href;
  return (
    <dialog id={ID} className="help" aria-label="Keyboard and help" closedby="any">
      <header className="panel-head">
        <h2>Keyboard</h2>
        <button type="button" className="icon-button" onClick={() => dialog()?.close()} aria-label="Close"><X aria-hidden /></button>
      </header>
      <div className="key-groups">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className="label">{group}</h3>
            <dl className="keys">
              {KEYMAP.filter((entry) => entry.group === group).map((entry) => <KeyLine key={entry.name} entry={entry} />)}
            </dl>
          </section>
        ))}
      </div>
      <label className="switch">
        <input type="checkbox" checked={enabled} onChange={(event) => singleKeys.set(event.target.checked ? "on" : "off")} />
        Keys without Ctrl do something
      </label>
      <p className="faint">
        This page talks to the daemon on this machine and to nothing else.{" "}
        {licences !== undefined && <a className="link" href={licences}>Licences of its parts</a>}
      </p>
    </dialog>
  );
}

function KeyLine({ entry }: { entry: KeyEntry }) {
  return (
    <div>
      <dt>{entry.keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
      <dd><Prose text={entry.does} /></dd>
    </div>
  );
}
