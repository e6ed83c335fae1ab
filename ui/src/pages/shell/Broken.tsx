// A page failed while it was drawn: say so, and keep the rest usable.

import { Empty } from "../../parts/Empty";
import { Top } from "../../parts/Top";

export function Broken({ error }: { error: unknown }) {
  return (
    <>
      <Top title="Something broke" />
      <div className="panel">
        <Empty
          title="This page could not be drawn."
          action={<button type="button" className="button" onClick={() => location.reload()}>Load it again</button>}
        >
          {error instanceof Error ? error.message : String(error)}. The record is not touched by this. If the daemon was just updated, loading the page again is enough.
        </Empty>
      </div>
    </>
  );
}
