// What somebody may have to act on: one entry for each session, its worst alert by name, and
// what led up to it.

import { Link } from "@tanstack/react-router";
import { Fragment, useState } from "react";
import { counted } from "../../format/number";
import { shortId } from "../../format/path";
import { agentTitle } from "../../format/words";
import { CommandLine } from "../../parts/CommandLine";
import { Moment } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { SeverityMark } from "../../parts/SeverityMark";
import { VerdictMark } from "../../parts/VerdictMark";
import { focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import { BECAME, type Story } from "./stories";

const SHOWN = 5;
/** Steps that are drawn of one story; the ones before are counted. */
const STEPS = 4;

export function NeedsPanel({ stories, phrase }: { stories: readonly Story[]; phrase: string }) {
  const [row, setRow] = useState<string>();
  const { show } = useOpen();
  const shown = stories.slice(0, SHOWN);
  const note = useCursor({ ids: shown.map((story) => story.worst.finding.id), row, setRow });
  useKeys({
    v: () => {
      const id = focusedRow() ?? row;
      if (id !== undefined) show({ kind: "alert", id });
    },
  });
  return (
    <Panel
      title="Needs you"
      className="wide needs"
      aside={shown.length > 0 && <span className="key-hints" aria-hidden><kbd>J</kbd> <kbd>K</kbd> move <kbd>↵</kbd> open <kbd>V</kbd> beside</span>}
    >
      {shown.length === 0 ? (
        <div className="note">
          <p><b>Nothing {phrase}.</b></p>
          <p className="dim">Nothing was denied or asked about, and no alert was high. What would be denied, without running it:</p>
          <p><CommandLine command="ringfence check -- cat ~/.ssh/id_rsa" /></p>
        </div>
      ) : (
        <ul className="stories">{shown.map((story) => <Entry key={story.worst.finding.id} story={story} onFocus={note} />)}</ul>
      )}
      <p className="panel-end">
        {stories.length > SHOWN && `${counted(stories.length - SHOWN, "more session")}. `}
        <Link to="/alerts" search={(old) => ({ range: old.range, from: old.from, to: old.to })} className="quiet-link">All alerts</Link>
      </p>
    </Panel>
  );
}

function Entry({ story, onFocus }: { story: Story; onFocus: (id: string) => void }) {
  const { worst, steps, verdict, at } = story;
  const { finding, agent, session } = worst;
  const drawn = steps.slice(-STEPS);
  return (
    <li>
      <SeverityMark severity={finding.severity} word={false} />
      <div className="story-what">
        <p className="story-head">
          <Link to="/alerts/$id" params={{ id: finding.id }} className="row-link" data-row={finding.id} onFocus={() => onFocus(finding.id)}>{finding.title}</Link>
          <span className="mono faint">{finding.id}</span>
        </p>
        <p className="chain">
          {steps.length > drawn.length && <><span className="faint">{steps.length - drawn.length} before</span><span className="arrow" aria-hidden>→</span></>}
          {drawn.map((step, place) => (
            <Fragment key={step.finding.id}>
              {place > 0 && <span className="arrow" aria-hidden>→</span>}
              <span className={`step ${step.finding.verdict}`} title={step.finding.title}><code className="cut">{step.finding.evidence || step.summary}</code></span>
            </Fragment>
          ))}
        </p>
        <p className="story-end">
          <VerdictMark verdict={verdict} />
          <span className="hidden">{BECAME[verdict]}</span>
          <span className="dim">{agent === null ? "Ringfence" : agentTitle(agent)}{session !== null && <> in <code>{shortId(session)}</code></>}</span>
          {steps.length > 1 && <span className="faint">{counted(steps.length, "alert")}</span>}
          <span className="story-at faint"><Moment at={at} /></span>
        </p>
      </div>
    </li>
  );
}
