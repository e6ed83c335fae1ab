// Which machines there are: this one. Nothing joins several yet, and the page says so.

import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../../api/queries";
import { NotSeen } from "../../parts/NotSeen";
import { Top } from "../../parts/Top";

export function FleetPage() {
  const { data: status } = useQuery(statusQuery);
  return (
    <>
      <Top title="Fleet" />
      <div className="panel">
        <NotSeen
          reason={{
            title: "This machine only.",
            because: [
              status ? `Ringfence ${status.version} runs here and answers on \`${status.address}\` to nobody else.` : "Ringfence answers on this machine to nobody else.",
              "Nothing is sent to other machines, and none reports here: there is no way to join several yet.",
            ],
          }}
        />
      </div>
    </>
  );
}
