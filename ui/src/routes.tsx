// Which address shows which page. A page is loaded when it is first gone to.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Waiting } from "./parts/Loaded";
import { Broken } from "./pages/shell/Broken";
import { NotFound } from "./pages/shell/NotFound";
import { Shell } from "./pages/shell/Shell";
import {
  alertsSearch, analyticsSearch, benchSearch, incidentSearch, incidentsSearch, liveSearch, parseSearch, rootSearch, sessionSearch, sessionsSearch, stringifySearch, tableSearch,
} from "./state/search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, validateSearch: rootSearch });
const getParentRoute = () => root;

const overview = createRoute({
  getParentRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage"), "OverviewPage"),
});
const live = createRoute({
  getParentRoute,
  path: "/live",
  validateSearch: liveSearch,
  component: lazyRouteComponent(() => import("./pages/live/LivePage"), "LivePage"),
});
const sessions = createRoute({
  getParentRoute,
  path: "/sessions",
  validateSearch: sessionsSearch,
  component: lazyRouteComponent(() => import("./pages/sessions/SessionsPage"), "SessionsPage"),
});
const session = createRoute({
  getParentRoute,
  path: "/sessions/$session",
  validateSearch: sessionSearch,
  component: lazyRouteComponent(() => import("./pages/session/SessionPage"), "SessionPage"),
});
const incidents = createRoute({
  getParentRoute,
  path: "/incidents",
  validateSearch: incidentsSearch,
  component: lazyRouteComponent(() => import("./pages/incidents/IncidentsPage"), "IncidentsPage"),
});
const incident = createRoute({
  getParentRoute,
  path: "/incidents/$id",
  validateSearch: incidentSearch,
  component: lazyRouteComponent(() => import("./pages/incident/IncidentPage"), "IncidentPage"),
});
const alerts = createRoute({
  getParentRoute,
  path: "/alerts",
  validateSearch: alertsSearch,
  component: lazyRouteComponent(() => import("./pages/alerts/AlertsPage"), "AlertsPage"),
});
const alert = createRoute({
  getParentRoute,
  path: "/alerts/$id",
  component: lazyRouteComponent(() => import("./pages/alert/AlertPage"), "AlertPage"),
});
const processes = createRoute({
  getParentRoute,
  path: "/proc",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./pages/processes/ProcessesPage"), "ProcessesPage"),
});
const files = createRoute({
  getParentRoute,
  path: "/files",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./pages/inspect/FilesPage"), "FilesPage"),
});
const network = createRoute({
  getParentRoute,
  path: "/net",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./pages/inspect/NetworkPage"), "NetworkPage"),
});
const mcp = createRoute({
  getParentRoute,
  path: "/mcp",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./pages/inspect/McpPage"), "McpPage"),
});
const injections = createRoute({
  getParentRoute,
  path: "/inj",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./pages/inspect/InjectionsPage"), "InjectionsPage"),
});
const packages = createRoute({
  getParentRoute,
  path: "/pkg",
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import("./pages/inspect/PackagesPage"), "PackagesPage"),
});
const fleet = createRoute({
  getParentRoute,
  path: "/fleet",
  component: lazyRouteComponent(() => import("./pages/fleet/FleetPage"), "FleetPage"),
});
const policies = createRoute({
  getParentRoute,
  path: "/policies",
  validateSearch: benchSearch,
  component: lazyRouteComponent(() => import("./pages/policies/PoliciesPage"), "PoliciesPage"),
});
const analytics = createRoute({
  getParentRoute,
  path: "/analytics",
  validateSearch: analyticsSearch,
  component: lazyRouteComponent(() => import("./pages/analytics/AnalyticsPage"), "AnalyticsPage"),
});
const coverage = createRoute({
  getParentRoute,
  path: "/coverage",
  component: lazyRouteComponent(() => import("./pages/coverage/CoveragePage"), "CoveragePage"),
});
const system = createRoute({
  getParentRoute,
  path: "/system",
  component: lazyRouteComponent(() => import("./pages/system/SystemPage"), "SystemPage"),
});
const settings = createRoute({
  getParentRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage"), "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview, live, sessions, session, incidents, incident, alerts, alert, processes, files, network, mcp, injections, packages, fleet, policies, analytics, coverage,
    system, settings,
  ]),
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
