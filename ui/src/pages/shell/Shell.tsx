// The frame around every page: the navigation, what is wrong with the daemon, what is open
// beside the page, the help, and the door: unless signed in there is nothing else.

import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { Fragment, Suspense, lazy, useCallback, useEffect, useState } from "react";
import { ApiFailure } from "../../api/client";
import { statusQuery } from "../../api/queries";
import { startStream, stopStream } from "../../live/stream";
import { Waiting } from "../../parts/Loaded";
import { useOpen } from "../../state/open";
import { useKeys } from "../../state/keys";
import { zone } from "../../state/preferences";
import { say, takeBack, useSaid } from "../../state/toast";
import { Help } from "./Help";
import { Nav } from "./Nav";
import { Notices } from "./Notices";
import { SignedOut } from "./SignedOut";
import { Unreachable } from "./Unreachable";

const Palette = lazy(() => import("../palette/Palette").then((module) => ({ default: module.Palette })));
const loadDrawer = () => import("../../parts/drawer/Drawer").then((module) => ({ default: module.Drawer }));
const Drawer = lazy(loadDrawer);
/** The first drawer opens as quickly as the others: its part comes when the page has nothing else to do. */
const DRAWER_AFTER = 1500;

export function Shell() {
  const status = useQuery(statusQuery);
  const spoken = zone.use();
  const [searching, setSearching] = useState(false);
  const search = useCallback(() => setSearching(true), []);
  const signedOut = status.error instanceof ApiFailure && status.error.status === 401;
  const signedIn = status.data !== undefined && !signedOut;
  useEffect(() => {
    if (signedIn) startStream();
    if (signedOut) stopStream();
  }, [signedIn, signedOut]);
  useEffect(() => {
    if (!signedIn) return;
    const timer = setTimeout(() => void loadDrawer().catch(() => undefined), DRAWER_AFTER);
    return () => clearTimeout(timer);
  }, [signedIn]);
  if (signedOut) return <SignedOut />;
  return (
    <div className="app">
      <a className="skip" href="#main">Skip to the page</a>
      <Nav status={status.data} onSearch={search} />
      <main id="main" className="main" tabIndex={-1}>
        {status.data?.demo && <p className="banner quiet demo"><b>Demo.</b> Everything here is invented; your own record is elsewhere.</p>}
        {status.error && <Unreachable error={status.error} since={status.dataUpdatedAt} />}
        {/* Until it is known whether anybody is signed in, nothing is asked. */}
        {status.isPending ? <Waiting lines={8} /> : (
          // Every time on the page is said anew where another zone is chosen.
          <Fragment key={spoken}>
            <Outlet />
            <Beside />
          </Fragment>
        )}
      </main>
      <Toast />
      <Notices />
      <Help />
      {searching && <Suspense><Palette onClose={() => setSearching(false)} /></Suspense>}
    </div>
  );
}

function Beside() {
  const { entity, close } = useOpen();
  if (!entity) return null;
  return <Suspense><Drawer key={`${entity.kind} ${entity.id}`} entity={entity} onClose={close} /></Suspense>;
}

function Toast() {
  const said = useSaid();
  useKeys({
    u: () => {
      if (!takeBack()) say("There is nothing to take back.");
    },
  });
  return (
    <div className={said === undefined ? "toast" : "toast shown"} role="status">
      <span>{said?.text}</span>
      {said?.undo && <button type="button" className="button small" onClick={takeBack}>Undo<kbd aria-hidden>U</kbd></button>}
    </div>
  );
}
