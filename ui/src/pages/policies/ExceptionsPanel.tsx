// What the user has allowed beyond the rules, where and until when; more of it, and the way back.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { exceptionsQuery } from "../../api/rules";
import type { Exception, RuleList } from "../../api/types";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loaded";
import { Moment } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { useOpen } from "../../state/open";
import { aboutOf, allowOf, SPAN_WORDS, SPANS, type Span, stateOf } from "./exceptions";
import { useExceptions } from "./useExceptions";

export function ExceptionsPanel({ rules }: { rules: RuleList }) {
  const query = useQuery(exceptionsQuery);
  return (
    <Panel title="What you have allowed" aside={query.data && query.data.items.length > 0 && `${query.data.items.length}`}>
      <Loaded query={query} lines={3} missing={<p className="padded dim">This daemon tells them in a terminal only: <CommandLine command="ringfence allow list" /></p>}>
        {({ items }) => (
          <>
            {items.length === 0 && <p className="padded dim">Nothing: every rule counts everywhere.</p>}
            <ul className="exceptions">{items.map((exception) => <Line key={exception.id} exception={exception} />)}</ul>
            <NewException rules={rules} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Line({ exception }: { exception: Exception }) {
  const { show } = useOpen();
  const { drop } = useExceptions();
  const { rule, reason, until, expired } = exception;
  return (
    <li className={expired ? "over" : undefined}>
      <p className="exception-head">
        <button type="button" className="link mono cut" onClick={() => show({ kind: "rule", id: rule })}>{rule}</button>
        <button type="button" className="button small" onClick={() => void drop(exception)} aria-label={`Withdraw what is allowed of ${rule}`}>Withdraw</button>
      </p>
      <p className="dim cut-anywhere">{aboutOf(exception)}</p>
      {reason !== null && <p><q className="cut-anywhere">{reason}</q></p>}
      <p className="faint">{stateOf(exception)}{until !== null && !expired && <>, until <Moment at={until} /></>}</p>
    </li>
  );
}

function NewException({ rules }: { rules: RuleList }) {
  const { make } = useExceptions();
  const [rule, setRule] = useState("");
  const [project, setProject] = useState("");
  const [span, setSpan] = useState<Span>("day");
  const [reason, setReason] = useState("");
  const wanted = allowOf(rules.items.some((one) => one.id === rule) ? rule : "", project, span, reason, 0);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const asked = allowOf(rule, project, span, reason, Date.now());
    if (!("allow" in asked) || !("allow" in wanted) || !(await make(asked.allow))) return;
    setRule("");
    setReason("");
  };
  return (
    <details className="new-exception">
      <summary>Allow a rule below a directory</summary>
      <form onSubmit={(event) => void submit(event)}>
        <input className="rule-picker" list="exception-rules" aria-label="The rule that is allowed" placeholder="Name of a rule" value={rule} spellCheck={false} autoComplete="off" onChange={(event) => setRule(event.target.value)} />
        <datalist id="exception-rules">{rules.items.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}</datalist>
        <input className="rule-picker mono" aria-label="Below which directory" placeholder="/home/you/project" value={project} spellCheck={false} autoComplete="off" onChange={(event) => setProject(event.target.value)} />
        <select className="choice" aria-label="For how long" value={span} onChange={(event) => setSpan((Object.keys(SPANS) as Span[]).find((one) => one === event.target.value) ?? "day")}>
          {(Object.keys(SPANS) as Span[]).map((one) => <option key={one} value={one}>{SPAN_WORDS[one]}</option>)}
        </select>
        <input className="rule-picker" aria-label="Why, in your own words" placeholder="Why, in your own words" value={reason} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
        <p className="bench-tools">
          <button type="submit" className="button" disabled={!("allow" in wanted)}>Allow it</button>
          {"why" in wanted && <span className="faint">{wanted.why}</span>}
        </p>
      </form>
    </details>
  );
}
