// Ringfence itself: how far it goes, since when, and how much it keeps.

import type { UseQueryResult } from "@tanstack/react-query";
import type { Status } from "../../api/types";
import { bytes, count } from "../../format/number";
import { modeWord } from "../../format/words";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";

export function RecordPanel({ query }: { query: UseQueryResult<Status> }) {
  return (
    <Panel title="Ringfence" aside={query.data && `version ${query.data.version}`}>
      <Loaded query={query} lines={4}>
        {(status) => (
          <dl className="facts padded">
            <div><dt>Mode</dt><dd>{modeWord(status.mode).word}. <span className="dim">{modeWord(status.mode).means}</span></dd></div>
            <div><dt>Rules</dt><dd>{count(status.rules)}</dd></div>
            <div><dt>Daemon</dt><dd>started <Ago at={status.since} />, {count(status.decisions)} decisions</dd></div>
            <div><dt>Record</dt><dd>{count(status.store.committed)} events, {bytes(status.store.bytes)}, kept {status.store.retention_days} days</dd></div>
            <div><dt>Address</dt><dd className="mono">{status.address}</dd></div>
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}
