// How this page looks and speaks, kept in this browser; and what is chosen for the machine, as
// it is now.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { statusQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { zoneName } from "../../format/time";
import { modeWord } from "../../format/words";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Top } from "../../parts/Top";
import type { Kept } from "../../state/kept";
import { signOut } from "../shell/Nav";
import { density, notices, singleKeys, theme, times, zone } from "../../state/preferences";
import "./settings.css";

export function SettingsPage() {
  const query = useQuery(statusQuery);
  return (
    <>
      <Top title="Settings" />
      <div className="settings">
        <Panel title="This page" aside="kept in this browser only">
          <Choose kept={theme} word="Theme" words={{ auto: "As the system", dark: "Dark", light: "Light" }} />
          <Choose kept={density} word="Rows" words={{ regular: "Regular", compact: "Compact", roomy: "Roomy" }} />
          <Choose kept={times} word="Times" words={{ relative: "3 min ago", absolute: "14:32:07" }} />
          <Choose kept={zone} word="Time zone" words={{ local: `Yours, ${localName()}`, utc: "UTC" }} />
          <Notices />
          <Choose kept={singleKeys} word="Keys without Ctrl" words={{ on: "Do something", off: "Do nothing" }} />
        </Panel>
        <Panel title="Ringfence" aside="of this machine">
          <Loaded query={query} lines={6}>
            {(status) => (
              <ul className="fixes">
                <li>
                  <p><b>Mode: {modeWord(status.mode).word}.</b> <span className="dim">{modeWord(status.mode).means}</span></p>
                  <p className="dim">It is switched, for the machine and for single rules, under <Link to="/policies" className="link">Policies</Link>; what another one would change can be tried there first.</p>
                </li>
                <li>
                  <p><b>Events are kept {status.store.retention_days === 0 ? "for ever" : counted(status.store.retention_days, "day")}.</b> <span className="dim">Older ones are deleted by themselves: <code>retention_days</code> in <code>~/.config/ringfence/config.toml</code>.</span></p>
                </li>
                <li>
                  <p><b>Secrets are masked before anything is stored.</b></p>
                  <p className="dim">That cannot be switched off.</p>
                </li>
                <li>
                  <p><b>Your data is yours.</b> <span className="dim">All of it as JSON, or one session as a page that loads nothing:</span></p>
                  <CommandLine command="ringfence events --json" />
                  <CommandLine command="ringfence sessions export SESSION" />
                  <p className="dim">No page and no agent can delete the record: that would be a way to hide. In a terminal, end the daemon and delete <code>~/.local/share/ringfence</code>.</p>
                </li>
                <li>
                  <p><b>Scripts ask the API with a token.</b></p>
                  <CommandLine command="ringfence token" />
                </li>
                <li>
                  <p><b>Sign out.</b> <span className="dim">This browser, or every one:</span></p>
                  <button type="button" className="button" onClick={() => void signOut()}>Sign out here</button>
                  <CommandLine command="ringfence open --sign-out" />
                </li>
              </ul>
            )}
          </Loaded>
        </Panel>
      </div>
    </>
  );
}

/** The reader's own zone, whatever is chosen now. */
function localName(): string {
  return zone.get() === "local" ? zoneName() : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What the browser itself must be asked for: whether pages may show anything outside of themselves. */
function Notices() {
  const denied = "Notification" in window && Notification.permission === "denied";
  const chosen = notices.use();
  const ask = () => {
    if (notices.get() === "on" && "Notification" in window && Notification.permission === "default") void Notification.requestPermission();
  };
  return (
    <div onChange={ask}>
      <Choose kept={notices} word="Notifications" words={{ off: "None", on: "Of grave incidents" }} />
      <p className="faint choose-note">{denied && chosen === "on" ? "This browser does not let the page show any: allow it in the site's settings." : "By this browser, while a page of Ringfence is open in it; once for each incident of high or critical severity."}</p>
    </div>
  );
}

function Choose<Value extends string>({ kept, word, words }: { kept: Kept<Value>; word: string; words: Record<Value, string> }) {
  const chosen = kept.use();
  const name = useId();
  return (
    <fieldset className="choose">
      <legend>{word}</legend>
      <div>
        {kept.values.map((value) => (
          <label key={value}>
            <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => kept.set(value)} />
            {words[value]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
