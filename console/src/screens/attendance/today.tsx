// Who is in, on break, out: live.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, ask, idOf, pages } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ago, clock, day } from "../../i18n/time";
import { Search } from "../../ui/filters";
import { useKept } from "../../ui/kept";
import { List } from "../../ui/list";
import { Badge, PageHead, Segments, Tiles, type Tone } from "../../ui/parts";
import { Nobody, NobodyFound } from "../employees/nobody";
import { type Employee, employeesQuery, seek } from "../employees/queries";
import { addDays } from "./periods";
import { type Punch, timeOf, useBusinessDay } from "./queries";

const presences = ["WORKING", "BREAK", "OUT", "LEFT", "ABSENT"] as const;
type Presence = (typeof presences)[number];
type Person = { employee: Employee; presence: Presence; since?: string; clockIn?: Punch; clockOut?: Punch };

const after: Record<string, Presence> = {
  CLOCK_IN: "WORKING",
  BREAK_END: "WORKING",
  COME_BACK: "WORKING",
  BREAK_START: "BREAK",
  GO_OUT: "OUT",
  CLOCK_OUT: "LEFT",
};
const tones: Record<Presence, Tone> = { WORKING: "good", BREAK: "warn", OUT: "info", LEFT: "plain", ABSENT: "plain" };
const longest = 16 * 3_600_000;

// presenceOf folds a person's punches of today, and of yesterday while a shift
// of then is still open.
function presenceOf(employee: Employee, punches: Punch[], today: string, now: number): Person {
  const mine = punches
    .filter((p) => p.employee === employee.name && p.state === "VALID" && p.kind !== "UNDO")
    .sort((a, b) => (a.time ?? "").localeCompare(b.time ?? ""));
  const ofToday = mine.filter((p) => p.businessDay === today);
  const last = mine.at(-1);
  const stillOpen =
    ofToday.length === 0 && last && last.kind !== "CLOCK_OUT" && now - Date.parse(last.time ?? "") < longest;
  const shift = stillOpen ? mine : ofToday;
  const end = shift.at(-1);
  return {
    employee,
    presence: end ? (after[end.kind ?? ""] ?? "ABSENT") : "ABSENT",
    since: end?.time,
    clockIn: shift.find((p) => p.kind === "CLOCK_IN"),
    clockOut: shift.findLast((p) => p.kind === "CLOCK_OUT"),
  };
}

const usual = { q: "", presence: "ALL" };

export function Today() {
  const zone = useZone();
  const { kept, keep, pages: shownPages } = useKept(usual);
  const { q: text, presence: only } = kept;
  const employees = useQuery(employeesQuery);
  const today = useBusinessDay().dayOf();
  const punches = useQuery({
    queryKey: ["punches", "today", today],
    queryFn: () =>
      pages(async (pageToken) => {
        const page = await ask(
          api.GET("/v1/punches", {
            params: { query: { startDay: addDays(today, -1), endDay: today, pageSize: 500, pageToken } },
          }),
        );
        return { items: page.punches, nextPageToken: page.nextPageToken };
      }),
    refetchInterval: (q) => 5_000 + 2 * (q.state.data?.length ?? 0), // many rows, many pages
  });
  const source = {
    error: employees.error ?? punches.error,
    refetch: () => Promise.all([employees.refetch(), punches.refetch()]),
  };
  const there = employees.data && punches.data;
  const people = (employees.data ?? [])
    .filter((e) => e.state === "ACTIVE")
    .map((e) => presenceOf(e, punches.data ?? [], today, Date.now()));
  const count = (p: Presence) => people.filter((x) => x.presence === p).length;
  const has = seek(text);
  const shown = people.filter(
    ({ presence, employee: e }) =>
      (only === "ALL" || presence === only) && has(e.displayName, e.employeeNumber, e.department),
  );
  return (
    <div className="stack">
      <PageHead title={t("today.title")} lead={day(today)}>
        <span className="row small muted">
          <span className="pulse" aria-hidden="true" />
          {t("today.live", { time: clock(new Date().toISOString(), zone) })}
        </span>
      </PageHead>
      {(!there || people.length > 0) && (
        <Tiles
          tiles={presences.map((p) => ({
            label: word("presence", p),
            value: there ? count(p) : "–",
            unit: t("unit.people"),
          }))}
        />
      )}
      <List
        source={source}
        rows={there && people}
        shown={shown}
        id={(p) => p.employee.name}
        lines={8}
        step={100}
        pages={shownPages}
        go
        empty={<Nobody />}
        nothing={<NobodyFound />}
        bar={
          <>
            <Search label={t("employees.search")} value={text} onChange={(q) => keep({ q })} />
            <Segments
              label={t("today.filter")}
              value={only}
              onChange={(to) => keep({ presence: to })}
              options={[
                { value: "ALL", label: t("filter.all") },
                ...presences.map((p) => ({ value: p, label: word("presence", p) })),
              ]}
            />
          </>
        }
        columns={[
          {
            label: t("employee.name"),
            kind: "head",
            cell: (p) => <Link to={`/timesheets/${idOf(p.employee.name)}`}>{p.employee.displayName}</Link>,
          },
          { label: t("employee.department"), cell: (p) => p.employee.department },
          {
            label: t("today.presence"),
            cell: (p) => <Badge tone={tones[p.presence]}>{word("presence", p.presence)}</Badge>,
          },
          { label: word("kind", "CLOCK_IN"), kind: "figure", cell: (p) => timeOf(p.clockIn, zone) },
          { label: word("kind", "CLOCK_OUT"), kind: "figure", cell: (p) => timeOf(p.clockOut, zone) },
          { label: t("today.since"), cell: (p) => p.since && <span className="small muted">{ago(p.since)}</span> },
        ]}
      />
    </div>
  );
}
