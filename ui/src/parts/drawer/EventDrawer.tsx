// One event, whole.

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { eventQuery } from "../../api/queries";
import { kindWord } from "../../format/words";
import { Empty } from "../Empty";
import { EventView } from "../event/EventView";
import { Loaded } from "../Loaded";
import type { Inside } from "./Drawer";

export function EventDrawer({ id, onTitle }: Inside) {
  const query = useQuery(eventQuery(id));
  const kind = query.data?.event.action.kind;
  useEffect(() => {
    if (kind !== undefined) onTitle(kindWord(kind));
  }, [kind, onTitle]);
  return (
    <Loaded
      query={query}
      lines={6}
      missing={<Empty title="This event is not in the record.">It may be older than what is kept, or the address is wrong.</Empty>}
    >
      {(detail) => <EventView detail={detail} />}
    </Loaded>
  );
}
