// What was met here for the first time: it says more than any list of bad names.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Globe, Package, Plug } from "lucide-react";
import { hostsQuery, mcpQuery, packagesQuery } from "../../api/inspect";
import { agentTitle } from "../../format/words";
import { Loaded } from "../../parts/Loaded";
import { Moment } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { VerdictMark } from "../../parts/VerdictMark";
import { useOpen } from "../../state/open";
import { type Seen, firstSeen } from "./firstSeen";
import type { Stretch } from "./stretch";

const SHOWN = 6;
const ICONS: Record<string, typeof Globe> = { host: Globe, package: Package, tool: Plug };

export function FirstSeenPanel({ stretch, phrase }: { stretch: Stretch; phrase: string }) {
  const hosts = useQuery(hostsQuery("all", stretch.asked));
  const packages = useQuery(packagesQuery({}));
  const tools = useQuery(mcpQuery({}));
  const { bounds } = stretch;
  return (
    <Panel title="First seen" aside={<Link to="/net" search={stretch.asked} className="quiet-link">Network</Link>}>
      <Loaded query={hosts} lines={3} brief>
        {(data) => {
          if (!bounds) return <p className="padded dim">In all that is kept everything was new once. A shorter time says what is new.</p>;
          const found = firstSeen(data, packages.data, tools.data, bounds);
          if (found.length === 0) return <p className="padded dim">No host, package or MCP tool was new {phrase}.</p>;
          return (
            <>
              <ul className="seen-list">{found.slice(0, SHOWN).map((seen) => <Line key={`${seen.entity.kind} ${seen.entity.id}`} seen={seen} />)}</ul>
              {found.length > SHOWN && <p className="panel-end">{found.length - SHOWN} more</p>}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Line({ seen: { entity, name, word, row } }: { seen: Seen }) {
  const { show } = useOpen();
  const Icon = ICONS[entity.kind] ?? Globe;
  return (
    <li>
      <Icon aria-hidden />
      <span className="seen-what">
        <button type="button" className="row-link mono cut" title={name} onClick={() => show(entity)}>{name}</button>
        <span className="faint cut">{[word, ...row.agents.map(agentTitle)].join(", ")}</span>
      </span>
      {row.verdict !== "allow" && <VerdictMark verdict={row.verdict} />}
      <span className="faint"><Moment at={row.first} /></span>
    </li>
  );
}
