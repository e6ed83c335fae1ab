// The latest sessions.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sessionsQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { project, shortId } from "../../format/path";
import { agentTitle } from "../../format/words";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import type { Range } from "../../state/range";

const SHOWN = 5;

export function SessionsPanel({ range }: { range: Range }) {
  const query = useInfiniteQuery(sessionsQuery({ range }, SHOWN));
  const items = query.data?.pages[0]?.items ?? [];
  return (
    <Panel title="Latest sessions" className="wide" aside={<Link to="/sessions" search={{ range }} className="quiet-link">All sessions</Link>}>
      <Loaded query={query} lines={5}>
        {() =>
          items.length === 0 ? <NothingHeard /> : (
            <ul className="session-list">
              {items.map((item) => (
                <li key={item.session}>
                  <span className="cut dim">{item.agent === null ? "" : agentTitle(item.agent)}</span>
                  <span className="cut">{project(item.cwd) ?? shortId(item.session)}</span>
                  <Link to="/sessions/$session" params={{ session: item.session }} className="row-link cut">{item.prompt ?? "No prompt yet"}</Link>
                  <span className="dim number-cell">{counted(item.tool_calls, "call")}</span>
                  <span className={item.denied > 0 ? "number-cell" : "number-cell faint"}>{item.denied > 0 ? `${item.denied} denied` : ""}</span>
                  <span className="dim number-cell"><Ago at={item.last} /></span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
