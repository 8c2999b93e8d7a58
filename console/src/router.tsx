// Which screen stands at which address. The admin door serves the console at
// the first segments of these addresses: see services/webhook-gateway/console.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { idOf } from "./api/client";
import { ApiError } from "./api/error";
import { type Session, sessionQuery } from "./api/session";
import { isPeriod } from "./screens/attendance/periods";
import { safe } from "./screens/welcome/safe";
import { Frame } from "./shell/frame";
import { NotAllowed, NotFound, Oops } from "./shell/lost";
import { shows } from "./shell/needs";
import { isSetupOpen } from "./shell/setup-state";
import { draftsOf } from "./ui/draft";
import { Skeleton } from "./ui/parts";
import { Toasts } from "./ui/toast";

type Load = () => Promise<Record<string, unknown>>;

// A screen that cannot be fetched may be of the version before: then the page is loaded anew, by the router. Where
// nobody answers at all that would end at the browser's own page, so it is said here, and what was typed stays.
const lazy = (load: Load, name: string) => {
  const reachable = () => fetch("/", { method: "HEAD", cache: "no-store" });
  const fetched = () =>
    load().catch(async (error) => {
      await reachable().catch(() => Promise.reject(new ApiError(0, {})));
      throw error;
    });
  return lazyRouteComponent(fetched as never, name as never);
};

// Where somebody's own months are; empty for whoever has none.
function ownMonths(session: Session | null): string {
  const employee = idOf(session?.account?.employee);
  return employee && `/timesheets/${employee}`;
}

export function makeRouter(queries: QueryClient) {
  const root = createRootRoute({
    component: () => (
      <>
        <Outlet />
        <Toasts />
      </>
    ),
    notFoundComponent: NotFound,
  });

  type Before = (to: { search: { next?: string; other?: boolean } }) => Promise<void>;
  const open = (path: string, load: Load, name: string, beforeLoad?: Before) =>
    createRoute({ getParentRoute: () => root, path, component: lazy(load, name), beforeLoad });

  // Whoever is logged in is led to where they were going, unless they want another account. Nobody is kept from the
  // log-in because the door does not say who is there.
  const leadOn: Before = async ({ search: { next, other } }) => {
    if (other) return;
    const session = await queries.fetchQuery({ ...sessionQuery, staleTime: 1_000 }).catch(() => null);
    if (session) throw redirect({ to: safe(next), replace: true });
  };

  const inside = createRoute({
    getParentRoute: () => root,
    id: "inside",
    component: Frame,
    beforeLoad: async ({ location }) => {
      const session = await queries.ensureQueryData(sessionQuery);
      if (session) {
        draftsOf(session.account?.name ?? "");
        return;
      }
      if (isSetupOpen()) throw redirect({ to: "/setup" });
      throw redirect({ to: "/login", search: location.href === "/" ? {} : { next: location.href } });
    },
  });
  const screen = (path: string, load: Load, name: string) =>
    createRoute({
      getParentRoute: () => inside,
      path,
      component: lazy(load, name),
      notFoundComponent: NotAllowed, // within the frame: the address is right
      beforeLoad: async () => {
        const session = await queries.ensureQueryData(sessionQuery);
        if (shows(path, (permission) => session?.permissions.includes(permission) ?? false)) return;
        const own = ownMonths(session);
        if (path === "/timesheets" && own) throw redirect({ to: own, replace: true });
        throw notFound();
      },
    });

  const welcome = () => import("./screens/welcome");
  const attendance = () => import("./screens/attendance");
  const integrations = () => import("./screens/integrations");
  const employees = () => import("./screens/employees");
  const settings = () => import("./screens/settings");
  const retention = () => import("./screens/retention");
  const audit = () => import("./screens/audit");
  const profile = () => import("./screens/profile");

  const home = createRoute({
    getParentRoute: () => inside,
    path: "/",
    beforeLoad: async () => {
      const session = await queries.ensureQueryData(sessionQuery);
      const may = session?.permissions ?? [];
      if (may.includes("punches.read")) throw redirect({ to: "/today", replace: true });
      throw redirect({ to: ownMonths(session) || "/profile", replace: true });
    },
  });

  const month = createRoute({
    getParentRoute: () => inside,
    path: "/timesheets/$employee/$period",
    component: lazy(attendance, "Month"),
    beforeLoad: ({ params }) => {
      if (!isPeriod(params.period)) throw notFound();
    },
  });

  const tree = root.addChildren([
    open("/login", welcome, "LogIn", leadOn),
    open("/setup", welcome, "SetUp"),
    open("/openid", welcome, "ProviderReturn"),
    open("/invitation", welcome, "AcceptInvitation"),
    inside.addChildren([
      home,
      screen("/today", attendance, "Today"),
      screen("/timesheets", attendance, "Timesheets"),
      screen("/timesheets/$employee", attendance, "LatestMonth"),
      month,
      screen("/held", attendance, "HeldPunches"),
      screen("/corrections", attendance, "CorrectionRequests"),
      screen("/events", attendance, "Events"),
      screen("/settings", settings, "SettingsHome"),
      screen("/settings/company", settings, "Company"),
      screen("/settings/rules", settings, "WorkRules"),
      screen("/settings/accounts", settings, "Accounts"),
      screen("/settings/retention", retention, "RetentionScreen"),
      screen("/settings/keys", settings, "ApiKeys"),
      screen("/settings/audit", audit, "Audit"),
      screen("/settings/integrations", integrations, "Integrations"),
      screen("/settings/integrations/$connection", integrations, "ConnectionStatus"),
      screen("/settings/integrations/$connection/setup", integrations, "Guide"),
      screen("/settings/employees", employees, "Employees"),
      screen("/settings/employees/new", employees, "NewEmployee"),
      screen("/settings/employees/import", employees, "ImportEmployees"),
      screen("/settings/employees/senders", employees, "UnlinkedSenders"),
      screen("/settings/employees/$employee", employees, "EditEmployee"),
      screen("/profile", profile, "Profile"),
    ]),
  ]);

  return createRouter({
    routeTree: tree,
    defaultPreload: "intent",
    defaultErrorComponent: Oops,
    defaultPendingComponent: () => <Skeleton rows={6} />,
    defaultPendingMs: 300,
    scrollRestoration: true,
  });
}
