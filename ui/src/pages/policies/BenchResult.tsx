// What would be answered otherwise: of one event with all that was found, of days by the event.

import type { BenchAnswer, Judgement, Replay as Replayed, Verdict } from "../../api/types";
import { count, counted } from "../../format/number";
import { agentTitle, VERDICT_NAMES, verdictWord } from "../../format/words";
import { Moment } from "../../parts/Moment";
import { Prose } from "../../parts/Prose";
import { SeverityMark } from "../../parts/SeverityMark";
import { VerdictMark } from "../../parts/VerdictMark";
import { useOpen } from "../../state/open";

export function BenchResult({ tested }: { tested: BenchAnswer }) {
  const { one, replay } = tested;
  return (
    <>
      {one && <One one={one} />}
      {replay && <Replay replay={replay} />}
      {!one && !replay && <p className="padded dim">Nothing was tried.</p>}
    </>
  );
}

function One({ one }: { one: NonNullable<BenchAnswer["one"]> }) {
  const same = one.before.verdict === one.after.verdict;
  return (
    <div className="padded event-view">
      <p className="lead">{same ? <>The answer stays: <b>{verdictWord(one.after.verdict).toLowerCase()}</b>.</> : <>{verdictWord(one.before.verdict)} now; it would be <b>{verdictWord(one.after.verdict).toLowerCase()}</b>.</>}</p>
      <p><code className="cut-anywhere">{one.summary}</code></p>
      <div className="bench-two">
        <Side title="As it is" tried={one.before} />
        <Side title="As you try it" tried={one.after} />
      </div>
    </div>
  );
}

function Side({ title, tried }: { title: string; tried: Judgement }) {
  return (
    <section>
      <h3>{title}</h3>
      <p><VerdictMark verdict={tried.verdict} /></p>
      {tried.findings.length === 0 ? <p className="dim">No rule matches.</p> : (
        <ul className="found">
          {tried.findings.map((finding) => (
            <li key={`${finding.rule} ${finding.evidence}`}>
              <p className="found-head"><SeverityMark severity={finding.severity} /><VerdictMark verdict={finding.verdict} /></p>
              <p className="mono">{finding.rule}</p>
              <p className="dim"><Prose text={finding.reason} /></p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Replay({ replay }: { replay: Replayed }) {
  const { looked, before, after, changed, changes } = replay;
  const { show } = useOpen();
  return (
    <>
      <div className="padded">
        <p className="lead"><b>{changed === 0 ? "Nothing would be answered otherwise." : `${counted(changed, "event")} would be answered otherwise.`}</b> {counted(looked.events, "event")} looked at{looked.since !== null && <>, since <Moment at={looked.since} /></>}{looked.more && "; there are older ones"}.</p>
        <table className="table counts-table">
          <thead><tr><th scope="col">Answer</th><th scope="col" className="figure-column">As it is</th><th scope="col" className="figure-column">As you try it</th></tr></thead>
          <tbody>{VERDICT_NAMES.toReversed().map((verdict) => <CountLine key={verdict} verdict={verdict} before={before[verdict]} after={after[verdict]} />)}</tbody>
        </table>
      </div>
      {changes.length > 0 && (
        <ul className="changes-list">
          {changes.map((change) => (
            <li key={change.event}>
              <span className="change-verdicts"><VerdictMark verdict={change.before} /> <span className="faint" aria-label="becomes">→</span> <VerdictMark verdict={change.after} /></span>
              <button type="button" className="row-link mono cut" onClick={() => show({ kind: "event", id: change.event })} title={change.summary}>{change.summary || "no details"}</button>
              <span className="faint change-foot">{change.agent === null ? "Ringfence" : agentTitle(change.agent)}, <Moment at={change.at} />{change.rules.length > 0 && <>, <span className="mono">{change.rules.join(", ")}</span></>}</span>
            </li>
          ))}
          {changed > changes.length && <li className="faint">The newest {count(changes.length)} of {count(changed)}.</li>}
        </ul>
      )}
    </>
  );
}

function CountLine({ verdict, before, after }: { verdict: Verdict; before: number; after: number }) {
  return (
    <tr>
      <td><VerdictMark verdict={verdict} /></td>
      <td className="figure-column">{count(before)}</td>
      <td className={`figure-column ${before === after ? "dim" : ""}`}>{before === after ? count(after) : <b>{count(after)}</b>}</td>
    </tr>
  );
}
