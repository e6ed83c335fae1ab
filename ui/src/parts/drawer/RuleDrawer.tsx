// One rule: what it asks for, what it does here and the choice of it, how often it matched.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { ruleQuery } from "../../api/rules";
import type { RuleDetail } from "../../api/types";
import { count } from "../../format/number";
import { techniqueLink, techniqueName } from "../../format/techniques";
import { quote } from "../../state/command";
import { CommandLine } from "../CommandLine";
import { Empty } from "../Empty";
import { Facts } from "../Facts";
import { Loaded } from "../Loaded";
import { Ago } from "../Moment";
import { RuleView } from "../RuleView";
import { useOwnRule } from "../rule-choice/useOwnRule";
import { RuleChoiceBox } from "../rule-choice/RuleChoiceBox";
import type { Inside } from "./Drawer";

export function RuleDrawer({ id, onTitle }: Inside) {
  const query = useQuery(ruleQuery(id));
  useEffect(() => onTitle(id), [id, onTitle]);
  return (
    <Loaded query={query} lines={6} missing={<Empty title={`There is no rule ${id} any more.`} command="ringfence rules list">It was renamed or removed since. What it found stays in the record.</Empty>}>
      {(detail) => <Whole detail={detail} />}
    </Loaded>
  );
}

function Whole({ detail: { state, rule } }: { detail: RuleDetail }) {
  return (
    <div className="event-view">
      <RuleView rule={rule} />
      <RuleChoiceBox rule={state} />
      <Facts
        facts={[
          ["Matches", `${count(state.hits.all)} in all, ${count(state.hits.recent)} lately`],
          ["Last match", state.hits.last === null ? "never" : <Ago key="last" at={state.hits.last} />],
          ["Stands in", state.builtin ? "Ringfence itself" : <code key="source">{state.source}</code>],
          ["Techniques", rule.techniques.length > 0 && (
            <span key="techniques">{rule.techniques.map((id) => <a key={id} href={techniqueLink(id)} target="_blank" rel="noreferrer" className="link technique">{id} {techniqueName(id)}</a>)}</span>
          )],
        ]}
      />
      {rule.false_positives.length > 0 && (
        <section>
          <h3>When it may be fine</h3>
          <ul className="bullets">{rule.false_positives.map((text) => <li key={text}>{text}</li>)}</ul>
        </section>
      )}
      <p className="rule-links">
        <Link to="/policies" search={{ tab: "bench", rule: rule.id }} className="button">Try it on the test bench</Link>
        <Link to="/alerts" search={{ rule: rule.id }} className="button">What it found</Link>
        {!state.builtin && <TakeAway id={rule.id} />}
      </p>
      <section>
        <h3>To allow it below one directory, in a terminal there</h3>
        <p><CommandLine command={`ringfence allow ${quote(rule.id)} --project`} /></p>
      </section>
    </div>
  );
}

/** Of a rule of the user's own: it can be taken back. */
function TakeAway({ id }: { id: string }) {
  const { drop } = useOwnRule();
  return <button type="button" className="button" onClick={() => void drop(id)}>Take it away</button>;
}
