// One rule: what it asks for, how often it matched, and its text as its latest alert tells it.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { findingQuery, findingsQuery } from "../../api/queries";
import { quote } from "../../state/command";
import { CommandLine } from "../CommandLine";
import { Empty } from "../Empty";
import { Loaded, Waiting } from "../Loaded";
import { Ago } from "../Moment";
import { RuleView } from "../RuleView";
import type { Inside } from "./Drawer";

export function RuleDrawer({ id, onTitle }: Inside) {
  const query = useInfiniteQuery(findingsQuery({ rule: id }, 1));
  useEffect(() => onTitle(id), [id, onTitle]);
  return (
    <Loaded query={query} lines={6}>
      {(data) => {
        const latest = data.pages[0]?.items[0];
        if (!latest) {
          return (
            <Empty title="This rule has found nothing that is kept." command={`ringfence rules show ${quote(id)}`}>
              The page knows a rule by what it found. Its text, in a terminal:
            </Empty>
          );
        }
        return (
          <div className="event-view">
            <p className="dim">
              Last match <Ago at={latest.finding.at} />: <Link to="/alerts/$id" params={{ id: latest.finding.id }} className="link">{latest.finding.title}</Link>
            </p>
            <Text id={latest.finding.id} rule={id} />
            <p><CommandLine command={`ringfence rules mode ${quote(id)} monitor`} /></p>
          </div>
        );
      }}
    </Loaded>
  );
}

function Text({ id, rule }: { id: string; rule: string }) {
  const query = useQuery(findingQuery(id));
  if (query.isPending) return <Waiting lines={4} />;
  const found = query.data?.rule;
  return found ? <RuleView rule={found} /> : <Empty title={`There is no rule ${rule} any more.`} command="ringfence rules list">It was renamed or removed since.</Empty>;
}
