// Who is in, on break, out: live.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf, pages } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ago, clock, day } from "../../i18n/time";
import { ButtonLink } from "../../ui/button";
import { Search } from "../../ui/inputs";
import { Badge, Card, Empty, Failure, PageHead, Segments, Skeleton, Tiles, type Tone } from "../../ui/parts";
import { type Employee, employeesQuery } from "../employees/queries";
import { addDays, businessDay } from "./periods";
import type { Punch } from "./queries";

type Presence = "WORKING" | "BREAK" | "OUT" | "LEFT" | "ABSENT";
type Person = { employee: Employee; presence: Presence; since?: string; clockIn?: string; clockOut?: string };

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
    clockIn: shift.find((p) => p.kind === "CLOCK_IN")?.time,
    clockOut: shift.findLast((p) => p.kind === "CLOCK_OUT")?.time,
  };
}

export function Today() {
  const zone = useZone();
  const may = useMay();
  const [only, setOnly] = useState<Presence | "ALL">("ALL");
  const [text, setText] = useState("");
  const rules = useQuery({
    queryKey: ["workRules"],
    queryFn: () => ask(api.GET("/v1/workRules")),
    enabled: may("settings.read"),
  });
  const employees = useQuery(employeesQuery);
  const today = businessDay(new Date(), zone, rules.data?.dayCutoff ?? "05:00");
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
    refetchInterval: 5_000,
  });
  const failed = employees.error ?? punches.error;
  const people = (employees.data ?? [])
    .filter((e) => e.state === "ACTIVE")
    .map((e) => presenceOf(e, punches.data ?? [], today, Date.now()));
  const count = (p: Presence) => people.filter((x) => x.presence === p).length;
  const needle = text.normalize("NFKC").toLowerCase().trim();
  const shown = people.filter(
    (p) =>
      (only === "ALL" || p.presence === only) &&
      `${p.employee.displayName} ${p.employee.department ?? ""} ${p.employee.employeeNumber}`
        .normalize("NFKC")
        .toLowerCase()
        .includes(needle),
  );
  const pending = employees.isPending || punches.isPending;
  return (
    <div className="stack">
      <PageHead title={t("today.title")} lead={day(today)}>
        <span className="row small muted">
          <span className="pulse" aria-hidden="true" />
          {t("today.live", { time: clock(new Date().toISOString(), zone) })}
        </span>
      </PageHead>
      {failed && <Failure error={failed} retry={() => void Promise.all([employees.refetch(), punches.refetch()])} />}
      {!pending && people.length > 0 && (
        <Tiles
          tiles={(["WORKING", "BREAK", "OUT", "LEFT", "ABSENT"] as const).map((p) => ({
            label: word("presence", p),
            value: count(p),
            unit: t("unit.people"),
          }))}
        />
      )}
      <Card flush>
        {pending ? (
          <Skeleton rows={8} />
        ) : people.length === 0 ? (
          <Empty
            icon="users"
            title={t("employees.none")}
            action={
              may("employees.write") && (
                <ButtonLink look="primary" icon="plus" to="/settings/employees/new">
                  {t("employees.add")}
                </ButtonLink>
              )
            }
          >
            {t("employees.noneMore")}
          </Empty>
        ) : (
          <>
            <div className="row spread body-pad">
              <Search label={t("employees.search")} value={text} onChange={setText} />
              <Segments
                label={t("today.filter")}
                value={only}
                onChange={setOnly}
                options={[
                  { value: "ALL", label: t("filter.all") },
                  ...(["WORKING", "BREAK", "LEFT", "ABSENT"] as const).map((p) => ({
                    value: p,
                    label: word("presence", p),
                  })),
                ]}
              />
            </div>
            {shown.length === 0 ? (
              <Empty icon="search" title={t("employees.nobody")} />
            ) : (
              <div className="table-wrap">
                <table className="table cards">
                  <thead>
                    <tr>
                      <th scope="col">{t("employee.name")}</th>
                      <th scope="col">{t("employee.department")}</th>
                      <th scope="col">{t("today.presence")}</th>
                      <th scope="col" className="figure">
                        {word("kind", "CLOCK_IN")}
                      </th>
                      <th scope="col" className="figure">
                        {word("kind", "CLOCK_OUT")}
                      </th>
                      <th scope="col">{t("today.since")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {shown.map((p) => (
                      <tr key={p.employee.name} className="go">
                        <th scope="row">
                          <Link to={`/timesheets/${idOf(p.employee.name)}`}>{p.employee.displayName}</Link>
                        </th>
                        <td data-label={t("employee.department")}>{p.employee.department}</td>
                        <td data-label={t("today.presence")}>
                          <Badge tone={tones[p.presence]}>{word("presence", p.presence)}</Badge>
                        </td>
                        <td data-label={word("kind", "CLOCK_IN")} className="figure">
                          {clock(p.clockIn, zone)}
                        </td>
                        <td data-label={word("kind", "CLOCK_OUT")} className="figure">
                          {clock(p.clockOut, zone)}
                        </td>
                        <td data-label={t("today.since")}>
                          {p.since && <span className="small muted">{ago(p.since)}</span>}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        )}
      </Card>
    </div>
  );
}
