// What another answer of the rule would have done in what was recorded here. It is asked for
// with a button: days are judged again for it.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { RECENT_DAYS, whatIfQuery } from "../../api/rules";
import { ApiFailure } from "../../api/client";
import type { EventDetail, Replay, RuleChoice } from "../../api/types";
import { count, counted } from "../../format/number";
import { Prose } from "../../parts/Prose";
import { stoppedBy } from "./facts";

/** What can be tried instead of what is. */
const CHOICES = [["deny", "deny it"], ["ask", "ask first"], ["alert", "only note it"], ["off", "off"]] as const satisfies readonly (readonly [RuleChoice, string])[];

export function WhatIf({ event }: { event: EventDetail }) {
  const finding = event.findings.toSorted((one, other) => rank(other.verdict) - rank(one.verdict))[0];
  const [tried, setTried] = useState(false);
  if (!finding) return null;
  const others = CHOICES.filter(([choice]) => choice !== finding.verdict);
  return (
    <section>
      <h3>If you change the rule</h3>
      {tried ? (
        <>
          <AsItIs rule={finding.rule} choice={others[0]?.[0] ?? "off"} />
          <dl className="what-if">{others.map(([choice, word]) => <Other key={choice} rule={finding.rule} choice={choice} word={word} />)}</dl>
        </>
      ) : (
        <p><button type="button" className="button" onClick={() => setTried(true)}>Replay {RECENT_DAYS} days</button></p>
      )}
      <p><Link to="/policies" search={{ tab: "bench", rule: finding.rule, event: event.id }} className="button"><FlaskConical aria-hidden />Open in the test bench</Link></p>
    </section>
  );
}

function rank(verdict: string): number {
  return ["allow", "alert", "ask", "deny"].indexOf(verdict);
}

function AsItIs({ rule, choice }: { rule: string; choice: RuleChoice }) {
  const { data, error } = useQuery(whatIfQuery(rule, choice, RECENT_DAYS));
  if (error) return <p className="dim">{error instanceof ApiFailure && error.status === 404 ? "This daemon can't replay yet." : <Prose text={error.message} />}</p>;
  if (!data?.replay) return <p className="dim">Replaying {RECENT_DAYS} days …</p>;
  const { looked, before } = data.replay;
  return <p className="dim">{counted(looked.events, "event")} replayed{looked.more ? ", the latest of them" : ""}. As it is: {stoppedBy(before)}.</p>;
}

function Other({ rule, choice, word }: { rule: string; choice: RuleChoice; word: string }) {
  const { data } = useQuery(whatIfQuery(rule, choice, RECENT_DAYS));
  return <div><dt>{word}</dt><dd>{data?.replay ? <Outcome replay={data.replay} /> : <span className="faint">–</span>}</dd></div>;
}

function Outcome({ replay }: { replay: Replay }) {
  if (replay.changed === 0) return "no difference";
  return <>{stoppedBy(replay.after)} <span className="faint">({count(replay.changed)} differ)</span></>;
}
