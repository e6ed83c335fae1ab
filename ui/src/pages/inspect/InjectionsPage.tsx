// Texts that tried to steer an agent: as text, with what spoke for it, and whether it obeyed.

import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { injectionsQuery } from "../../api/inspect";
import type { InjectionRow } from "../../api/types";
import { agentTitle } from "../../format/words";
import { cell } from "../../parts/cells/cell";
import { Moment } from "../../parts/Moment";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { SeverityMark } from "../../parts/SeverityMark";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { shortId } from "../../format/path";
import { InspectFrame } from "./InspectFrame";
import { keyOf, obeyed } from "./injections";

const route = getRouteApi("/inj");
const TABS = [{ id: "alert", word: "Clear" }, { id: "all", word: "Doubtful, too" }] as const;

export function InjectionsPage() {
  const { tab, text, range, from, to } = route.useSearch();
  const level = tab === "all" ? undefined : "alert";
  const query = useQuery(injectionsQuery(level, { text, range, from, to }));
  return (
    <>
      <Top title="Injections" />
      <Ribbon />
      <InspectFrame
        address="/inj"
        tabs={TABS}
        query={query}
        label="Words of the text, or where it was read"
        word="text"
        id={keyOf}
        entity={(row) => ({ kind: "event", id: row.event })}
        cells={(row) => ({ agent: row.agent ?? undefined, session: row.session ?? undefined, origin: row.origin, verdict: row.verdict, rule: row.rules[0] })}
        nothing={{
          title: "No text tried to steer an agent.",
          because: ["What tools, pages, MCP servers and packages give back is read before the agent goes on with it: for orders to a model, and for words that are hidden."],
          command: "ringfence scan .",
        }}
        table={(rows, note) => <ul className="injections">{rows.map((row) => <Text key={keyOf(row)} row={row} onFocus={note} />)}</ul>}
      />
    </>
  );
}

function Text({ row, onFocus }: { row: InjectionRow; onFocus: (id: string) => void }) {
  const { show } = useOpen();
  const after = obeyed(row);
  return (
    <li>
      <SeverityMark severity={row.level === "alert" ? "high" : "low"} word={false} />
      <div className="injection">
        <p className="injection-head">
          <button type="button" className="row-link" data-row={keyOf(row)} onFocus={() => onFocus(keyOf(row))} onClick={() => show({ kind: "event", id: row.event })}>
            {row.level === "alert" ? "Reads like orders to the model" : "Might be orders to the model"}
          </button>
          <span className="dim" {...cell("origin", row.origin)}>in a {row.origin.replaceAll("_", " ")}</span>
          <span className="story-at faint"><Moment at={row.at} /></span>
        </p>
        <blockquote className="injected mono">{row.excerpt}</blockquote>
        <p className="injection-foot">
          <span className={after.hue}>{after.word}</span>
          {row.hidden.length > 0 && <span className="medium">hidden by {row.hidden.join(", ")}</span>}
          <span className="dim">read in <code className="cut-anywhere">{row.summary}</code></span>
          <span className="dim" {...cell("agent", row.agent)}>{row.agent === null ? "Ringfence" : agentTitle(row.agent)}</span>
          {row.session !== null && <Link to="/sessions/$session" params={{ session: row.session }} search={{ row: row.event }} className="link mono over-row">{shortId(row.session)}</Link>}
          {row.rules.length > 0 && <span className="faint" {...cell("rule", row.rules[0])}>spoke for it: {row.rules.join(", ")}</span>}
        </p>
      </div>
    </li>
  );
}
