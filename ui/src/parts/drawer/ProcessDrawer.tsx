// One process that runs now: whose it is, which call it belongs to, how to hold or end it.

import { useQuery } from "@tanstack/react-query";
import { processesQuery } from "../../api/queries";
import type { Process } from "../../api/types";
import { shortId } from "../../format/path";
import { agentTitle } from "../../format/words";
import { quote } from "../../state/command";
import { processId } from "../../state/entity";
import { useOpen } from "../../state/open";
import { PlainCode } from "../Code";
import { CommandLine } from "../CommandLine";
import { Empty } from "../Empty";
import { Facts } from "../Facts";
import { Loaded } from "../Loaded";
import { Ago } from "../Moment";
import type { Inside } from "./Drawer";

export function ProcessDrawer({ id }: Inside) {
  const query = useQuery(processesQuery);
  return (
    <Loaded query={query} lines={6}>
      {({ processes }) => {
        const one = processes.find((process) => processId(process) === id);
        if (!one) return <Empty title="This process does not run any more.">What it did stands in its session.</Empty>;
        return <Whole process={one} />;
      }}
    </Loaded>
  );
}

function Whole({ process }: { process: Process }) {
  const { show } = useOpen();
  const { session, call } = process;
  return (
    <div className="event-view">
      <PlainCode label="Program" text={process.line || process.executable || "its arguments are not known"} />
      <Facts
        facts={[
          ["Process", <code key="pid">{process.pid}</code>],
          ["Started by", process.parent !== null && <code>{process.parent}</code>],
          ["Executable", process.executable !== null && <code>{process.executable}</code>],
          ["Began", <Ago key="began" at={process.began} />],
          ["Agent", process.agent === null ? "not known" : agentTitle(process.agent)],
          ["Session", session !== null && <button type="button" className="link mono" onClick={() => show({ kind: "session", id: session })}>{shortId(session)}</button>],
          ["Call", call === null ? "not known" : <><code>{call.id}</code> {call.join === "inferred" && <span className="faint">inferred</span>}</>],
          ["It said", process.said !== null && <code>{process.said}</code>],
        ]}
      />
      {process.outlives && <p className="medium">The call that started it has ended; it goes on.</p>}
      {session !== null && (
        <section>
          <h3>To hold or to end what its session runs</h3>
          <p><CommandLine command={`ringfence suspend ${quote(session)}`} /></p>
          <p><CommandLine command={`ringfence stop ${quote(session)}`} /></p>
        </section>
      )}
    </div>
  );
}
