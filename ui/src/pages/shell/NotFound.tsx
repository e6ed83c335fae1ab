// No page has this address.

import { Link } from "@tanstack/react-router";
import { Empty } from "../../parts/Empty";
import { Top } from "../../parts/Top";

export function NotFound() {
  return (
    <>
      <Top title="Not found" />
      <div className="panel">
        <Empty title="There is no page with this address." action={<Link to="/" className="button">Overview</Link>} />
      </div>
    </>
  );
}
