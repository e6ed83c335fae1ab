// The test bench: rules and choices are tried on one event, on what an agent would send, or on
// the days that were recorded. Nothing is changed by it.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { mistakesQuery, ruleQuery, testRules } from "../../api/rules";
import type { AgentKind, RuleChoice, RuleList, RuleProblem } from "../../api/types";
import { AGENT_CHOICES } from "../../parts/choices";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";
import { RuleEditor } from "../../parts/rule-editor/RuleEditor";
import { useOwnRule } from "../../parts/rule-choice/useOwnRule";
import { CHOICES, CHOICE_WORDS } from "../../parts/rule-choice/words";
import type { BenchSearch, RootSearch } from "../../state/search";
import { BenchResult } from "./BenchResult";
import { type Draft, EXAMPLE, TARGETS, TARGET_WORDS, draft, keepDraft, nameOf, testOf } from "./draft";

interface BenchProps {
  rules: RuleList;
  search: BenchSearch & RootSearch;
  onSearch: (part: Partial<BenchSearch>) => void;
}

const DAYS = [["1", "1 day"], ["7", "7 days"], ["30", "30 days"], ["90", "90 days"]] as const;
/** How long typing must rest before the parser is asked, in milliseconds. */
const REST = 500;

export function Bench({ rules, search, onSearch }: BenchProps) {
  const [now, setNow] = useState<Draft>(() => ({ ...draft(), ...(search.event !== undefined && { target: "event" as const }) }));
  const set = (part: Partial<Draft>) => {
    const next = { ...now, ...part };
    keepDraft(next);
    setNow(next);
  };
  const rested = useRested(now.rules);
  const mistakes = useQuery(mistakesQuery(rested));
  const [refused, setRefused] = useState<Refused>();
  const test = useMutation({ mutationFn: testRules });
  const built = testOf(now, search);
  const run = () => {
    if ("test" in built) test.mutate(built.test);
  };
  // What was said of another text would stand on the wrong lines.
  const tried = test.data && test.variables?.rules === now.rules ? test.data.problems : undefined;
  const problems = (refused?.text === now.rules ? refused.problems : undefined) ?? tried ?? (rested === now.rules && now.rules.trim() !== "" ? (mistakes.data ?? []) : []);
  return (
    <div className="bench">
      <div className="stack">
        <Panel title="Rules to try" aside="added to those in force; one with the same name takes its place">
          <div className="padded event-view">
            <RuleEditor label="Rules, as YAML" text={now.rules} problems={problems} onChange={(text) => set({ rules: text })} onRun={run} />
            {problems.length > 0 && (
              <ul className="bench-problems" aria-label="Mistakes">
                {problems.map((problem) => (
                  <li key={`${problem.line} ${problem.column} ${problem.message}`}>
                    <span className="mono faint">{problem.line === null ? "" : `${problem.line}:${problem.column ?? 1}`}</span>
                    <span><Prose text={problem.message} />{problem.hint !== null && <span className="block dim"><Prose text={problem.hint} /></span>}</span>
                  </li>
                ))}
              </ul>
            )}
            <p className="bench-tools">
              <button type="button" className="button small" onClick={() => set({ rules: EXAMPLE })}>An example</button>
              <FromRule search={search} onText={(text) => set({ rules: text })} />
              <button type="button" className="button small" onClick={() => set({ rules: "" })}>Empty</button>
              <Save text={now.rules} wrong={problems.length > 0} onProblems={setRefused} />
            </p>
          </div>
        </Panel>
        <Panel title="Another choice" aside="for rules in force">
          <div className="padded bench-row">
            <RulePicker rules={rules} value={search.rule} onChange={(rule) => onSearch({ rule })} />
            <select className="choice" aria-label="The choice" value={now.choice} disabled={search.rule === undefined} onChange={(event) => set({ choice: CHOICES.find((one) => one === event.target.value) ?? "default" })}>
              {CHOICES.map((one: RuleChoice) => <option key={one} value={one}>{one === "default" ? "as it is now" : CHOICE_WORDS[one]}</option>)}
            </select>
            <select className="choice" aria-label="The mode" value={now.mode} onChange={(event) => set({ mode: event.target.value as Draft["mode"] })}>
              <option value="">in the mode of now</option>
              <option value="monitor">in mode monitor</option>
              <option value="guard">in mode guard</option>
              <option value="enforce">in mode enforce</option>
            </select>
          </div>
        </Panel>
        <Panel title="Tried on">
          <div className="padded event-view">
            <div className="tabs" role="group" aria-label="Tried on">
              {TARGETS.map((target) => <button key={target} type="button" className="button" aria-pressed={target === now.target} onClick={() => set({ target })}>{TARGET_WORDS[target]}</button>)}
            </div>
            {now.target === "days" && (
              <select className="choice" aria-label="How far back" value={String(now.days)} onChange={(event) => set({ days: Number(event.target.value) })}>
                {DAYS.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
              </select>
            )}
            {now.target === "event" && (
              <textarea className="bench-input mono" aria-label="The event: its id, or JSON" rows={4} spellCheck={false} placeholder={'1-42, or an event as JSON'} value={search.event ?? now.event} onChange={(event) => {
                if (search.event !== undefined) onSearch({ event: undefined });
                set({ event: event.target.value });
              }} />
            )}
            {now.target === "payload" && (
              <>
                <select className="choice" aria-label="The agent" value={now.agent} onChange={(event) => set({ agent: event.target.value as AgentKind })}>
                  {AGENT_CHOICES.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
                </select>
                <textarea className="bench-input mono" aria-label="What its hook would send, as JSON" rows={8} spellCheck={false} value={now.payload} onChange={(event) => set({ payload: event.target.value })} />
              </>
            )}
            <p className="bench-tools">
              <button type="button" className="button primary" disabled={!("test" in built) || test.isPending} onClick={run}>{test.isPending ? "Trying" : "Try it"}</button>
              {"why" in built ? <span className="dim">{built.why}</span> : <span className="faint">Nothing is changed by it.</span>}
            </p>
          </div>
        </Panel>
      </div>
      <Panel title="What would change" className="bench-result">
        {test.isIdle ? <p className="padded dim">Write a rule or choose another answer for one, say what to try it on, and press “Try it”. What would be answered otherwise stands here, event by event.</p> : (
          <Loaded query={{ data: test.isPending ? undefined : test.data, error: test.error, refetch: run }} lines={6}>{(tested) => <BenchResult tested={tested} />}</Loaded>
        )}
      </Panel>
    </div>
  );
}

/** A text that was not written, and why. */
interface Refused {
  text: string;
  problems: RuleProblem[];
}

/** Puts the rule among the user's own, where it is in force at once. */
function Save({ text, wrong, onProblems }: { text: string; wrong: boolean; onProblems: (refused: Refused | undefined) => void }) {
  const { save } = useOwnRule();
  const name = nameOf(text);
  if (name === undefined) return null;
  const run = async () => {
    const problems = await save(name, text);
    onProblems(problems.length === 0 ? undefined : { text, problems });
  };
  return <button type="button" className="button small primary" disabled={wrong} onClick={() => void run()}>Save as <span className="mono">{name}</span></button>;
}

/** A text when it has not changed for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Puts a rule's own text into the editor. */
function FromRule({ search, onText }: { search: BenchSearch; onText: (text: string) => void }) {
  const { rule } = search;
  const query = useQuery({ ...ruleQuery(rule ?? ""), enabled: rule !== undefined });
  if (rule === undefined) return null;
  return <button type="button" className="button small" disabled={!query.data} onClick={() => onText(query.data?.rule.text ?? "")}>The text of <span className="mono">{rule}</span></button>;
}

function RulePicker({ rules, value, onChange }: { rules: RuleList; value: string | undefined; onChange: (rule: string | undefined) => void }) {
  const [text, setText] = useState(value ?? "");
  const last = useRef(value);
  useEffect(() => {
    if (last.current !== value) setText(value ?? "");
    last.current = value;
  }, [value]);
  const take = (next: string) => {
    setText(next);
    const found = rules.items.find((rule) => rule.id === next)?.id;
    if (found !== value) {
      last.current = found;
      onChange(found);
    }
  };
  return (
    <>
      <input className="rule-picker" list="rule-names" aria-label="The rule" placeholder="Name of a rule" value={text} spellCheck={false} autoComplete="off" onChange={(event) => take(event.target.value)} />
      <datalist id="rule-names">{rules.items.map((rule) => <option key={rule.id} value={rule.id}>{rule.title}</option>)}</datalist>
    </>
  );
}
