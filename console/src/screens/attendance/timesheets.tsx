// A period of everybody: where it stands, and many approved at once.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useMay, useSession } from "../../api/session";
import { t, word } from "../../i18n";
import { colon, month } from "../../i18n/time";
import { Button, IconButton } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Download } from "../../ui/download";
import { Filter, Search } from "../../ui/filters";
import { useKept } from "../../ui/kept";
import { List } from "../../ui/list";
import { Badge, Empty, Notice, PageHead, Tiles } from "../../ui/parts";
import { say } from "../../ui/toast";
import { NobodyFound } from "../employees/nobody";
import { employeesQuery, seek } from "../employees/queries";
import { useAnew } from "./anew";
import { isPeriod, periodOf, shift } from "./periods";
import { attendanceTable, sheetTone, timesheetsQuery, useBusinessDay } from "./queries";

const states = ["OPEN", "SUBMITTED", "APPROVED", "SENT_BACK"] as const;

const usual = { q: "", state: "ALL" };

/** What was not approved, and in which period: it is no news in another. */
type Failed = { period: string; of: { employee: string; text: string }[] };

export function Timesheets() {
  const search = useSearch({ strict: false }) as { period?: string };
  const navigate = useNavigate();
  const { organization } = useSession();
  const { dayOf } = useBusinessDay();
  const reviews = useMay()("timesheets.review");
  const anew = useAnew();
  const period = isPeriod(search.period ?? "")
    ? (search.period as string)
    : periodOf(dayOf(), organization?.closingDay ?? 31);
  const sheets = useQuery(timesheetsQuery(period));
  const employees = useQuery(employeesQuery);
  const { kept, keep, pages } = useKept(usual);
  const { q: text, state } = kept;
  const [picked, setPicked] = useState<Set<string>>(new Set());
  const [failed, setFailed] = useState<Failed>({ period, of: [] });
  const [dialog, confirm] = useConfirm();
  const byName = new Map(employees.data?.map((e) => [e.name, e]));
  const nameOf = (employee: string | undefined) => byName.get(employee ?? "")?.displayName ?? "";
  const has = seek(text);
  const shown = (sheets.data ?? []).filter((s) => {
    const e = byName.get(s.employee ?? "");
    return (state === "ALL" || s.state === state) && has(e?.displayName, e?.employeeNumber, e?.department);
  });
  const waiting = shown.filter((s) => s.state === "SUBMITTED").map((s) => s.name);
  // Nobody approves what a search or filter took out of sight.
  const chosen = waiting.filter((name) => picked.has(name));
  const go = (by: number) => {
    setPicked(new Set());
    void navigate({
      to: "/timesheets",
      search: ((old: object) => ({ ...old, pages: undefined, period: shift(period, by) })) as never,
      replace: true,
    });
  };
  const toggle = (name: string) =>
    setPicked((old) => {
      const next = new Set(old);
      if (!next.delete(name)) next.add(name);
      return next;
    });

  const approve = () =>
    confirm({
      title: t("bulk.title", { n: chosen.length }),
      text: t("bulk.text", { month: month(period) }),
      action: t("verb.approve"),
      reason: { label: t("bulk.comment"), required: false },
      run: async (comment) => {
        const body = { timesheets: chosen, comment };
        const answer = await anew(["timesheets"], () => ask(api.POST("/v1/timesheets:approve", { body })));
        const bad = answer.results.filter((r) => !r.approved);
        setFailed({
          period,
          of: bad.map((r) => ({
            employee: r.timesheet?.split("/timesheets/")[0] ?? "",
            text: r.reason === "HELD_PUNCHES_WAITING" ? t("bulk.held") : (r.explanation ?? ""),
          })),
        });
        setPicked(new Set());
        say(t("bulk.done", { n: answer.results.length - bad.length }), bad.length > 0 ? "bad" : "good");
      },
    });
  const count = (s: string) => sheets.data?.filter((x) => x.state === s).length ?? 0;
  return (
    <div className="stack">
      {dialog}
      <PageHead title={t("timesheets.title")} lead={t("timesheets.lead")}>
        <span className="month-nav">
          <IconButton icon="back" label={t("month.before")} onClick={() => go(-1)} />
          <strong aria-live="polite">{month(period)}</strong>
          <IconButton icon="forward" label={t("month.after")} onClick={() => go(1)} />
        </span>
        <Download file={`attendance-${period}.csv`} load={() => attendanceTable(period)}>
          CSV
        </Download>
      </PageHead>
      {sheets.data?.length !== 0 && (
        <Tiles
          tiles={states.map((s) => ({
            label: word("sheetState", s),
            value: sheets.data ? count(s) : "–",
            unit: t("unit.people"),
            tone: s === "SENT_BACK" && count(s) > 0 ? "warn" : "",
          }))}
        />
      )}
      {failed.period === period && failed.of.length > 0 && (
        <Notice tone="bad" title={t("bulk.failed")}>
          <ul className="list">
            {failed.of.map((f) => (
              <li key={f.employee}>
                <Link to={`/timesheets/${idOf(f.employee)}/${period}`}>{nameOf(f.employee) || idOf(f.employee)}</Link>:{" "}
                {f.text}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <List
        source={sheets}
        rows={employees.isLoading ? undefined : sheets.data}
        shown={shown}
        id={(s) => s.name}
        lines={8}
        step={100}
        pages={pages}
        go
        empty={
          <Empty icon="calendar" title={t("timesheets.none")}>
            {t("timesheets.noneMore")}
          </Empty>
        }
        nothing={<NobodyFound />}
        bar={
          <>
            <Search label={t("employees.search")} value={text} onChange={(q) => keep({ q })} />
            <div className="row">
              <Filter
                label={t("timesheets.state")}
                value={state}
                onChange={(to) => keep({ state: to })}
                options={[
                  { value: "ALL", label: t("filter.all") },
                  ...states.map((s) => ({ value: s, label: word("sheetState", s) })),
                ]}
              />
              {reviews && waiting.length > 0 && (
                <label className="row">
                  <input
                    type="checkbox"
                    checked={chosen.length === waiting.length}
                    onChange={(e) => setPicked(new Set(e.target.checked ? waiting : []))}
                  />
                  {t("bulk.all")}
                </label>
              )}
              {reviews && (
                <Button look="primary" icon="check" disabled={chosen.length === 0} onClick={approve}>
                  {chosen.length > 0 ? t("bulk.approve", { n: chosen.length }) : t("bulk.none")}
                </Button>
              )}
            </div>
          </>
        }
        columns={[
          reviews && {
            label: t("bulk.column"),
            kind: "pick",
            cell: (s) =>
              s.state === "SUBMITTED" && (
                <input
                  type="checkbox"
                  aria-label={t("bulk.pick", { name: nameOf(s.employee) })}
                  checked={picked.has(s.name)}
                  onChange={() => toggle(s.name)}
                />
              ),
          },
          {
            label: t("employee.name"),
            kind: "head",
            cell: (s) => (
              <Link to={`/timesheets/${idOf(s.employee)}/${period}`}>{nameOf(s.employee) || idOf(s.employee)}</Link>
            ),
          },
          { label: t("employee.department"), cell: (s) => byName.get(s.employee ?? "")?.department },
          {
            label: t("timesheets.state"),
            cell: (s) => <Badge tone={sheetTone(s.state)}>{word("sheetState", s.state)}</Badge>,
          },
          { label: t("total.days"), kind: "figure", cell: (s) => s.totals?.workedDays },
          { label: t("total.worked"), kind: "figure", cell: (s) => colon(s.totals?.workedMinutes) },
          { label: t("total.flagged"), kind: "figure", cell: (s) => <Flagged days={s.totals?.flaggedDays ?? 0} /> },
        ]}
      />
    </div>
  );
}

function Flagged({ days }: { days: number }) {
  return days > 0 ? <Badge tone="warn">{days}</Badge> : <span className="muted">0</span>;
}
