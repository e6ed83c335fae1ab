// Which address shows which page. A page is loaded when it is first gone to.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Waiting } from "./parts/Loaded";
import { Broken } from "./pages/shell/Broken";
import { NotFound } from "./pages/shell/NotFound";
import { Shell } from "./pages/shell/Shell";
import {
  alertSearch, alertsSearch, liveSearch, overviewSearch, parseSearch, sessionSearch, sessionsSearch, stringifySearch,
} from "./state/search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage"), "OverviewPage"),
});
const live = createRoute({
  getParentRoute: () => root,
  path: "/live",
  validateSearch: liveSearch,
  component: lazyRouteComponent(() => import("./pages/live/LivePage"), "LivePage"),
});
const sessions = createRoute({
  getParentRoute: () => root,
  path: "/sessions",
  validateSearch: sessionsSearch,
  component: lazyRouteComponent(() => import("./pages/sessions/SessionsPage"), "SessionsPage"),
});
const session = createRoute({
  getParentRoute: () => root,
  path: "/sessions/$session",
  validateSearch: sessionSearch,
  component: lazyRouteComponent(() => import("./pages/session/SessionPage"), "SessionPage"),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  validateSearch: alertsSearch,
  component: lazyRouteComponent(() => import("./pages/alerts/AlertsPage"), "AlertsPage"),
});
const alert = createRoute({
  getParentRoute: () => root,
  path: "/alerts/$id",
  validateSearch: alertSearch,
  component: lazyRouteComponent(() => import("./pages/alert/AlertPage"), "AlertPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([overview, live, sessions, session, alerts, alert]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  defaultPendingComponent: () => <Waiting lines={8} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
