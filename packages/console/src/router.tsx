/** The table of pages. Each page is its own file of script, loaded when first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { defined, parseSearchText, readText, type SearchRecord, searchTextOf } from "./api/search-text.ts";
import { readIncidentSearch } from "./pages/incident/incident-search.ts";
import { readQueueSearch } from "./pages/queue/queue-search.ts";
import { readRulesSearch } from "./pages/rules/rules-search.ts";
import { readEventSearch } from "./pages/search/event-search.ts";
import { Crashed, NotFound } from "./shell/crashed.tsx";
import { Shell } from "./shell/shell.tsx";

export interface RootSearch {
  /** Event that is open beside whatever page this is. */
  readonly event?: string | undefined;
}

const root = createRootRoute({
  component: Shell,
  validateSearch: (search: SearchRecord): RootSearch => defined<RootSearch>({ event: readText(search, "event") }),
});

const queue = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: readQueueSearch,
  component: lazyRouteComponent(() => import("./pages/queue/queue-page.tsx"), "QueuePage"),
});
const incident = createRoute({
  getParentRoute: () => root,
  path: "/incidents/$id",
  validateSearch: readIncidentSearch,
  component: lazyRouteComponent(() => import("./pages/incident/incident-page.tsx"), "IncidentPage"),
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: "/approvals",
  validateSearch: (search: SearchRecord) =>
    defined<{ readonly key: string; readonly incident: string }>({
      key: readText(search, "key"),
      incident: readText(search, "incident"),
    }),
  component: lazyRouteComponent(() => import("./pages/approvals/approvals-page.tsx"), "ApprovalsPage"),
});
const search = createRoute({
  getParentRoute: () => root,
  path: "/search",
  validateSearch: readEventSearch,
  component: lazyRouteComponent(() => import("./pages/search/search-page.tsx"), "SearchPage"),
});
const event = createRoute({
  getParentRoute: () => root,
  path: "/events/$id",
  component: lazyRouteComponent(() => import("./pages/event/event-page.tsx"), "EventPage"),
});
const status = createRoute({
  getParentRoute: () => root,
  path: "/status",
  component: lazyRouteComponent(() => import("./pages/status/status-page.tsx"), "StatusPage"),
});
const rules = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  validateSearch: readRulesSearch,
  component: lazyRouteComponent(() => import("./pages/rules/rules-page.tsx"), "RulesPage"),
});
const coverage = createRoute({
  getParentRoute: () => root,
  path: "/rules/coverage",
  component: lazyRouteComponent(() => import("./pages/rules/coverage-page.tsx"), "CoveragePage"),
});
const backtest = createRoute({
  getParentRoute: () => root,
  path: "/rules/backtest",
  validateSearch: (from: SearchRecord) => defined<{ readonly rule: string }>({ rule: readText(from, "rule") }),
  component: lazyRouteComponent(() => import("./pages/rules/backtest-page.tsx"), "BacktestPage"),
});
const intel = createRoute({
  getParentRoute: () => root,
  path: "/intel",
  component: lazyRouteComponent(() => import("./pages/intel/intel-page.tsx"), "IntelPage"),
});
const files = createRoute({
  getParentRoute: () => root,
  path: "/files",
  component: lazyRouteComponent(() => import("./pages/files/files-page.tsx"), "FilesPage"),
});
const allModels = createRoute({
  getParentRoute: () => root,
  path: "/models",
  beforeLoad: () => {
    throw redirect({ to: "/models/registry", search: {}, replace: true });
  },
});
const models = createRoute({
  getParentRoute: () => root,
  path: "/models/registry",
  validateSearch: (from: SearchRecord) => defined<{ readonly id: string }>({ id: readText(from, "id") }),
  component: lazyRouteComponent(() => import("./pages/models/registry-page.tsx"), "RegistryPage"),
});
const modelHealth = createRoute({
  getParentRoute: () => root,
  path: "/models/health",
  component: lazyRouteComponent(() => import("./pages/models/health-page.tsx"), "HealthPage"),
});
const groups = createRoute({
  getParentRoute: () => root,
  path: "/models/groups",
  component: lazyRouteComponent(() => import("./pages/models/groups-page.tsx"), "GroupsPage"),
});
const reviews = createRoute({
  getParentRoute: () => root,
  path: "/models/reviews",
  component: lazyRouteComponent(() => import("./pages/models/reviews-page.tsx"), "ReviewsPage"),
});
const playbooks = createRoute({
  getParentRoute: () => root,
  path: "/playbooks",
  validateSearch: (from: SearchRecord) => defined<{ readonly id: string }>({ id: readText(from, "id") }),
  component: lazyRouteComponent(() => import("./pages/playbooks/playbooks-page.tsx"), "PlaybooksPage"),
});
const tokens = createRoute({
  getParentRoute: () => root,
  path: "/tokens",
  component: lazyRouteComponent(() => import("./pages/tokens/tokens-page.tsx"), "TokensPage"),
});
const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: lazyRouteComponent(() => import("./pages/login/login-page.tsx"), "LoginPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    queue,
    incident,
    approvals,
    search,
    event,
    status,
    rules,
    coverage,
    backtest,
    intel,
    files,
    allModels,
    models,
    modelHealth,
    groups,
    reviews,
    playbooks,
    tokens,
    login,
  ]),
  parseSearch: parseSearchText,
  stringifySearch: searchTextOf,
  defaultPreload: "intent",
  defaultErrorComponent: Crashed,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
