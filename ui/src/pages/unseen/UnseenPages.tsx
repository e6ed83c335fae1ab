// Pages whose data the API does not tell yet: what they would show, why they can't, and
// where the same is found until then.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { statusQuery } from "../../api/queries";
import { NotSeen, type Reason } from "../../parts/NotSeen";
import { Top } from "../../parts/Top";

function Unseen({ title, reason, children }: { title: string; reason: Reason; children?: ReactNode }) {
  return (
    <>
      <Top title={title} />
      <div className="panel"><NotSeen reason={reason}>{children}</NotSeen></div>
    </>
  );
}

export function InjectionsPage() {
  return (
    <Unseen
      title="Injections"
      reason={{
        title: "Texts that try to steer an agent are not listed here yet.",
        because: [
          "Ringfence reads what comes back to an agent, and marks what gives orders or hides something. The clear ones are alerts, and a deed that follows one is denied.",
          "The marks stand inside of each event; the API has no list of them yet.",
        ],
        command: "ringfence scan .",
      }}
    >
      <Link to="/alerts" search={{ text: "injection" }} className="button">Alerts that speak of it</Link>
    </Unseen>
  );
}

export function PackagesPage() {
  return (
    <Unseen
      title="Packages"
      reason={{
        title: "Packages that agents install are not listed here yet.",
        because: [
          "Ringfence reads them from command lines, and rules judge them before anything is installed.",
          "They stand inside of each event; the API has no list of them yet.",
        ],
        command: "ringfence events --text install",
      }}
    >
      <Link to="/live" search={{ text: "install" }} className="button">Events that speak of it</Link>
    </Unseen>
  );
}

export function FleetPage() {
  const { data: status } = useQuery(statusQuery);
  return (
    <Unseen
      title="Fleet"
      reason={{
        title: "This machine only.",
        because: [
          status ? `Ringfence ${status.version} runs here and answers on \`${status.address}\` to nobody else.` : "Ringfence answers on this machine to nobody else.",
          "Nothing is sent to other machines, and none reports here: there is no way to join several yet.",
        ],
      }}
    />
  );
}
