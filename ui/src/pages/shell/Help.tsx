// What the keyboard does, the switch for it, and the small print.

import { X } from "lucide-react";
import { setKeysEnabled, useKeys, useKeysEnabled } from "../../state/keys";

const ID = "help";

const KEYS: [string[], string][] = [
  [["g", "o"], "Overview"],
  [["g", "l"], "Live"],
  [["g", "s"], "Sessions"],
  [["g", "a"], "Alerts"],
  [["j"], "Next row"],
  [["k"], "Row before"],
  [["Enter"], "Open the row"],
  [["Esc"], "Close what is open, or go back"],
  [["/"], "Filter by text"],
  [["Space"], "Pause the live list, or go on"],
  [["t"], "Next theme: auto, dark, light"],
  [["?"], "This page"],
];

function dialog(): HTMLDialogElement | null {
  const found = document.getElementById(ID);
  return found instanceof HTMLDialogElement ? found : null;
}

export function openHelp(): void {
  dialog()?.showModal();
}

export function Help() {
  const enabled = useKeysEnabled();
  useKeys({ "?": openHelp });
  const licences = document.querySelector<HTMLLinkElement>("link[rel=license]")?.href;
  return (
    <dialog id={ID} className="help" aria-label="Keyboard and help" closedby="any">
      <header className="panel-head">
        <h2>Keyboard</h2>
        <button type="button" className="icon-button" onClick={() => dialog()?.close()} aria-label="Close"><X aria-hidden /></button>
      </header>
      <dl className="keys">
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="switch">
        <input type="checkbox" checked={enabled} onChange={(event) => setKeysEnabled(event.target.checked)} />
        Keys without Ctrl do something
      </label>
      <p className="faint">
        This page talks to the daemon on this machine and to nothing else.{" "}
        {licences !== undefined && <a className="link" href={licences}>Licences of its parts</a>}
      </p>
    </dialog>
  );
}
