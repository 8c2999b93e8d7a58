// The frame of every screen behind the log-in: where one can go, and who one is.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { api, ask } from "../api/client";
import { sessionQuery, useMay, useSession } from "../api/session";
import { type Key, language, setLanguage, t, word } from "../i18n";
import { IconButton } from "../ui/button";
import { forgetDrafts } from "../ui/draft";
import { Icon, type IconName, Mark } from "../ui/icon";
import { useDialogsFirst, useLeaving } from "../ui/leave";
import { hush } from "../ui/toast";
import { SessionGate } from "./gate";
import { shows } from "./needs";
import { applyTheme, theme } from "./theme";

type Place = {
  to: string;
  icon: IconName;
  label: Key;
  count?: "held" | "corrections" | "senders";
  exact?: boolean;
};

const work: Place[] = [
  { to: "/today", icon: "clock", label: "nav.today" },
  { to: "/timesheets", icon: "calendar", label: "nav.timesheets" },
  { to: "/held", icon: "hold", label: "nav.held", count: "held" },
  { to: "/corrections", icon: "edit", label: "nav.corrections", count: "corrections" },
  { to: "/events", icon: "list", label: "nav.events" },
];

const settings: Place[] = [
  { to: "/settings/employees", icon: "users", label: "nav.employees", count: "senders" },
  { to: "/settings/integrations", icon: "link", label: "nav.integrations" },
  { to: "/settings/rules", icon: "rules", label: "nav.rules" },
  { to: "/settings/retention", icon: "archive", label: "nav.retention" },
  { to: "/settings/company", icon: "building", label: "nav.company" },
  { to: "/settings/accounts", icon: "shield", label: "nav.accounts" },
  { to: "/settings/keys", icon: "key", label: "nav.keys" },
  { to: "/settings/audit", icon: "eye", label: "nav.audit" },
];

export function Frame() {
  const path = useRouterState({ select: (s) => s.location.pathname });
  const main = useRef<HTMLElement>(null);
  const bar = useRef<HTMLElement>(null);
  const [open, setOpen] = useMenu(path);
  useDialogsFirst();
  const close = () => {
    if (!open) return;
    flushSync(() => setOpen(false)); // before that the bar takes no focus
    bar.current?.querySelector("button")?.focus();
  };
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen takes the focus
  useEffect(() => {
    setOpen(false);
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return (
    <SessionGate>
      <button type="button" className="button secondary skip" inert={open} onClick={() => main.current?.focus()}>
        {t("nav.skip")}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the menu from anywhere */}
      <div className="frame" onKeyDown={(e) => e.key === "Escape" && close()}>
        <header ref={bar} className="topbar" inert={open}>
          <IconButton icon="menu" label={t("nav.open")} aria-expanded={open} onClick={() => setOpen(true)} />
          <Link to="/" className="brand">
            <Mark />
            Dakoku
          </Link>
        </header>
        {open && <button type="button" className="veil" aria-label={t("nav.close")} onClick={close} />}
        <Side open={open} />
        <main id="main" ref={main} tabIndex={-1} className="content" inert={open}>
          <Outlet />
        </main>
      </div>
    </SessionGate>
  );
}

/**
 * Whether the menu lies over the screen, which is out of reach meanwhile. It does so on the screen where it was opened
 * alone: the next one takes the focus when it comes. In a wide window it lies beside the screen.
 */
function useMenu(path: string): [boolean, (open: boolean) => void] {
  const [at, setAt] = useState("");
  const open = at === path;
  useEffect(() => {
    if (!open) return;
    const narrow = matchMedia("(max-width: 60rem)");
    const leave = () => setAt("");
    narrow.addEventListener("change", leave);
    return () => narrow.removeEventListener("change", leave);
  }, [open]);
  return [open, (next) => setAt(next ? path : "")];
}

function Side({ open }: { open: boolean }) {
  const side = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open) side.current?.querySelector("a")?.focus();
  }, [open]);
  const { organization, account } = useSession();
  const may = useMay();
  const counts = useCounts();
  const own = account?.employee?.split("/").pop();
  const mine: Place[] = own ? [{ to: `/timesheets/${own}`, icon: "user", label: "nav.mine" }] : [];
  const places = (list: Place[]) => (
    <ul className="nav">
      {list
        .filter((p) => shows(p.to, may))
        .map((p) => (
          <li key={p.to}>
            <Link to={p.to} activeOptions={{ exact: p.to === "/timesheets", includeSearch: false }}>
              <Icon name={p.icon} />
              {t(p.label)}
              {p.count && counts[p.count] > 0 && (
                <span className="count">
                  <span className="hidden">{t("nav.waiting")}</span>
                  {counts[p.count] > 99 ? "99+" : counts[p.count]}
                </span>
              )}
            </Link>
          </li>
        ))}
    </ul>
  );
  return (
    <nav ref={side} className={`side${open ? " open" : ""}`} aria-label={t("nav.label")}>
      <Link to="/" className="brand">
        <Mark />
        <span>
          Dakoku 打刻
          <small>{organization?.name}</small>
        </span>
      </Link>
      {places([...work, ...mine])}
      {shows("/settings", may) && (
        <>
          <Link to="/settings" activeOptions={{ exact: true }} className="nav-group">
            <Icon name="gear" />
            {t("nav.settings")}
          </Link>
          {places(settings)}
        </>
      )}
      <div className="bottom">
        <PersonMenu />
      </div>
    </nav>
  );
}

function useCounts(): { held: number; corrections: number; senders: number } {
  const may = useMay();
  const held = useQuery({
    queryKey: ["held", "count"],
    queryFn: () => ask(api.GET("/v1/heldPunches", { params: { query: { state: "PENDING", pageSize: 100 } } })),
    enabled: may("punches.read"),
    refetchInterval: 30_000,
  });
  const corrections = useQuery({
    queryKey: ["corrections", "count"],
    queryFn: () => ask(api.GET("/v1/correctionRequests", { params: { query: { state: "REQUESTED", pageSize: 100 } } })),
    enabled: may("punches.read"),
    refetchInterval: 30_000,
  });
  const senders = useQuery({
    queryKey: ["senders", "count"],
    queryFn: () => ask(api.GET("/v1/unlinkedSenders", { params: { query: { pageSize: 100 } } })),
    enabled: may("links.read"),
    refetchInterval: 30_000,
  });
  return {
    held: held.data?.heldPunches.length ?? 0,
    corrections: corrections.data?.correctionRequests.length ?? 0,
    senders: senders.data?.unlinkedSenders.length ?? 0,
  };
}

function PersonMenu() {
  const { account } = useSession();
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [dialog, leaves] = useLeaving();
  const leave = async () => {
    if (!(await leaves())) return;
    await api.DELETE("/v1/session").catch(() => undefined);
    forgetDrafts();
    hush();
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, null);
    await navigate({ to: "/login" });
  };
  const dark = theme() === "dark" || (theme() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const name = account?.displayName ?? "";
  return (
    <>
      {dialog}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only watches focus and Escape of what is inside */}
      <div
        className="pop up"
        onBlur={(e) => !e.currentTarget.contains(e.relatedTarget) && setOpen(false)}
        onKeyDown={(e) => {
          if (e.key !== "Escape" || !open) return;
          setOpen(false);
          e.currentTarget.querySelector("button")?.focus();
        }}
      >
        <button type="button" className="person" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className="avatar" aria-hidden="true">
            {[...name][0] ?? "?"}
          </span>
          <span className="who">
            <span className="strong">{name}</span>
            <span className="small muted">{word("role", account?.role)}</span>
          </span>
          <Icon name="more" />
        </button>
        {open && (
          <div className="panel">
            <Link to="/profile" className="menu-item" onClick={() => setOpen(false)}>
              <Icon name="user" />
              {t("nav.profile")}
            </Link>
            <button
              type="button"
              className="menu-item"
              lang={language() === "ja" ? "en" : "ja"}
              onClick={() => setLanguage(language() === "ja" ? "en" : "ja")}
            >
              <Icon name="globe" />
              {language() === "ja" ? "English" : "日本語"}
            </button>
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                applyTheme(dark ? "light" : "dark");
                setOpen(false);
              }}
            >
              <Icon name="moon" />
              {t(dark ? "theme.light" : "theme.dark")}
            </button>
            <button type="button" className="menu-item" onClick={leave}>
              <Icon name="door" />
              {t("nav.logOut")}
            </button>
          </div>
        )}
      </div>
    </>
  );
}
