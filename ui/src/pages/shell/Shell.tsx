// The frame around every page: the navigation, what is wrong with the daemon, the help,
// and the door: unless signed in there is nothing else.

import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiFailure } from "../../api/client";
import { statusQuery } from "../../api/queries";
import { startStream, stopStream } from "../../live/stream";
import { Waiting } from "../../parts/Loaded";
import { Help } from "./Help";
import { Nav } from "./Nav";
import { SignedOut } from "./SignedOut";
import { Unreachable } from "./Unreachable";

export function Shell() {
  const status = useQuery(statusQuery);
  const signedOut = status.error instanceof ApiFailure && status.error.status === 401;
  const signedIn = status.data !== undefined && !signedOut;
  useEffect(() => {
    if (signedIn) startStream();
    if (signedOut) stopStream();
  }, [signedIn, signedOut]);
  if (signedOut) return <SignedOut />;
  return (
    <div className="app">
      <a className="skip" href="#main">Skip to the page</a>
      <Nav status={status.data} />
      <main id="main" className="main" tabIndex={-1}>
        {status.error && <Unreachable error={status.error} since={status.dataUpdatedAt} />}
        {/* Until it is known whether anybody is signed in, nothing is asked. */}
        {status.isPending ? <Waiting lines={8} /> : <Outlet />}
      </main>
      <Help />
    </div>
  );
}
