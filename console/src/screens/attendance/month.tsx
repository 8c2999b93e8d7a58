// One employee's month: what was punched, what it comes to, where it stands.
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams, useRouterState, useSearch } from "@tanstack/react-router";
import { Fragment, useEffect, useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useMay, useSession } from "../../api/session";
import { language, t, word } from "../../i18n";
import { colon, day, hours, month, shortDay, weekday } from "../../i18n/time";
import { Button, IconButton } from "../../ui/button";
import { DoorLink } from "../../ui/door-link";
import { Badge, Card, Failure, PageHead, Skeleton, Tiles } from "../../ui/parts";
import { MonthCorrections } from "./corrections";
import { DayPunches } from "./day-punches";
import { MonthHeld } from "./held";
import { addDays, daysBetween, periodOf, shift } from "./periods";
import { AddPunch, AskCorrection } from "./punch-dialogs";
import { type Day, sheetTone, type Timesheet, timesheetQuery, useBusinessDay } from "./queries";
import { SheetHistory, SheetVerbs } from "./sheet-verbs";

/** Without a period: the one of today, or that of a punch that was sent at some time. */
export function LatestMonth() {
  const { employee = "" } = useParams({ strict: false }) as { employee?: string };
  const { punch = "", at } = useSearch({ strict: false }) as { punch?: string; at?: string };
  const { organization } = useSession();
  const { dayOf, pending } = useBusinessDay();
  const sent = Date.parse(at ?? "");
  const about = dayOf(Number.isNaN(sent) ? new Date() : new Date(sent));
  // The rules of its time may have had a punch of the night in another day.
  const punches = useQuery({
    queryKey: ["punches", "about", employee, about],
    queryFn: () => {
      const query = { employee, startDay: addDays(about, -1), endDay: addDays(about, 1), pageSize: 500 };
      return ask(api.GET("/v1/punches", { params: { query } }));
    },
    enabled: punch !== "" && !pending,
  });
  if (pending || punches.isLoading) return <Skeleton rows={12} />;
  const date = punches.data?.punches.find((p) => p.name === punch)?.businessDay ?? about;
  const period = periodOf(date, organization?.closingDay ?? 31);
  return <Navigate to={`/timesheets/${employee}/${period}`} hash={idOf(punch)} replace />;
}

const days = (label: string, n: number) => ({ label, value: n, unit: t("unit.days", { n }) });

export function Month() {
  const { employee = "", period = "" } = useParams({ strict: false }) as { employee?: string; period?: string };
  const sheet = useQuery(timesheetQuery(employee, period));
  const { pending } = useBusinessDay(); // what is offered depends on it, and would come late
  const { account } = useSession();
  const own = account?.employee === `employees/${employee}`;
  const may = useMay();
  const person = useQuery({
    queryKey: ["employee", employee],
    queryFn: () => ask(api.GET("/v1/employees/{employee}", { params: { path: { employee } } })),
    enabled: may("employees.read"),
  });
  const navigate = useNavigate();
  const go = (by: number) => void navigate({ to: `/timesheets/${employee}/${shift(period, by)}`, replace: true });
  const name = person.data?.displayName ?? (own ? account?.displayName : "") ?? "";
  const all = may("timesheets.read");
  const flagged = sheet.data?.totals?.flaggedDays ?? 0;
  return (
    <div className="stack">
      <PageHead
        title={name ? t("month.of", { name, month: month(period) }) : t("month.title", { month: month(period) })}
        lead={
          sheet.data ? (
            <span className="row">
              <Badge tone={sheetTone(sheet.data.state)}>{word("sheetState", sheet.data.state)}</Badge>
              <span>{t("month.span", { start: day(sheet.data.startDate), end: day(sheet.data.endDate) })}</span>
            </span>
          ) : (
            !sheet.error && "\u00a0" // keeps its line
          )
        }
        crumbs={all ? [{ to: `/timesheets`, label: t("nav.timesheets") }] : []}
      >
        <span className="month-nav">
          <IconButton icon="back" label={t("month.before")} onClick={() => go(-1)} />
          <IconButton icon="forward" label={t("month.after")} onClick={() => go(1)} />
        </span>
        {all && (
          <DoorLink
            icon="print"
            href={`/employees/${employee}/timesheets/${period}/inspection?language=${language()}`}
            target="_blank"
            rel="noreferrer"
          >
            {t("month.inspection")}
          </DoorLink>
        )}
      </PageHead>
      {sheet.error ? (
        <Failure error={sheet.error} retry={sheet.refetch} />
      ) : sheet.isPending || pending ? (
        <Card>
          <Skeleton rows={12} />
        </Card>
      ) : (
        <>
          <Tiles
            tiles={[
              days(t("total.days"), sheet.data.totals?.workedDays ?? 0),
              { label: t("total.worked"), value: hours(sheet.data.totals?.workedMinutes) },
              { ...days(t("total.flagged"), flagged), tone: flagged > 0 ? "warn" : "" },
            ]}
          />
          <SheetVerbs sheet={sheet.data} employee={employee} own={own} />
          <Days key={`${employee} ${period}`} sheet={sheet.data} employee={employee} own={own} />
          <MonthHeld employee={employee} period={period} />
          <MonthCorrections employee={employee} period={period} own={own} />
          <SheetHistory sheet={sheet.data} own={own} />
        </>
      )}
    </div>
  );
}

function Days({ sheet, employee, own }: { sheet: Timesheet; employee: string; own: boolean }) {
  const wanted = useRouterState({ select: (s) => s.location.hash });
  const ofWanted = sheet.days.find((d) => d.punches.some((p) => idOf(p.name) === wanted))?.date;
  const [open, setOpen] = useState<string | null>(null);
  // Whoever is sent to a punch, also while the month is on the screen already, sees its day open.
  const [found, setFound] = useState("");
  const target = ofWanted ? wanted : "";
  if (found !== target) {
    setFound(target);
    if (ofWanted) setOpen(ofWanted);
  }
  // In braces: newer browsers answer with a promise, which React would take for the effect's end.
  useEffect(() => {
    document.getElementById(found)?.scrollIntoView({ block: "center" });
  }, [found]);
  const [adding, setAdding] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const may = useMay();
  const today = useBusinessDay().dayOf();
  const unlocked = sheet.state === "OPEN" || sheet.state === "SENT_BACK";
  const editable = unlocked && (may("punches.write") || (own && may("punches.writeOwn")));
  const asks = unlocked && own && (may("corrections.request") || may("corrections.requestOwn"));
  const byDate = new Map(sheet.days.map((d) => [d.date, d]));
  const dates = daysBetween(sheet.startDate ?? "", sheet.endDate ?? "");
  const first = dates.includes(today) ? today : (dates[0] ?? today);
  return (
    <Card
      title={t("month.days")}
      action={
        <div className="row">
          {asks && (
            <Button small icon="edit" onClick={() => setAsking(true)}>
              {t("correction.ask")}
            </Button>
          )}
          {editable && (
            <Button small icon="plus" onClick={() => setAdding(first)}>
              {t("punch.add")}
            </Button>
          )}
        </div>
      }
      flush
    >
      {asking && <AskCorrection employee={employee} date={first} onClose={() => setAsking(false)} />}
      {adding && <AddPunch employee={employee} date={adding} onClose={() => setAdding(null)} />}
      <div className="table-wrap">
        <table className="table month">
          <thead>
            <tr>
              <th scope="col">{t("month.day")}</th>
              <th scope="col" className="figure">
                {word("kind", "CLOCK_IN")}
              </th>
              <th scope="col" className="figure">
                {word("kind", "CLOCK_OUT")}
              </th>
              <th scope="col" className="breaks">
                {t("month.breaks")}
              </th>
              <th scope="col" className="figure">
                {t("month.worked")}
              </th>
              <th scope="col" className="flagged">
                {t("month.flags")}
              </th>
              <th scope="col">
                <span className="hidden">{t("action.title")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {dates.map((date) => (
              <Fragment key={date}>
                <DayRow
                  date={date}
                  day={byDate.get(date)}
                  open={open === date}
                  today={today}
                  toggle={() => setOpen(open === date ? null : date)}
                  add={editable && date <= today ? () => setAdding(date) : undefined}
                />
                {open === date && byDate.get(date) && (
                  <tr>
                    <td colSpan={7} className="unfolded">
                      <DayPunches
                        employee={employee}
                        day={byDate.get(date) as Day}
                        editable={editable}
                        asks={asks}
                        add={() => setAdding(date)}
                      />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                {t("month.sum")}
              </th>
              <td className="breaks" />
              <td className="figure">{colon(sheet.totals?.workedMinutes)}</td>
              <td colSpan={2} />
            </tr>
          </tfoot>
        </table>
      </div>
    </Card>
  );
}

function DayRow({
  date,
  day: d,
  open,
  today,
  toggle,
  add,
}: {
  date: string;
  day?: Day;
  open: boolean;
  today: string;
  toggle: () => void;
  add?: () => void;
}) {
  const at = weekday(date);
  const tone = at === 0 ? "sun" : at === 6 ? "sat" : "";
  return (
    <tr className={d ? "go" : at === 0 || at === 6 ? "off" : ""}>
      <th scope="row" className={`nowrap ${tone}`} aria-current={date === today ? "date" : undefined}>
        {shortDay(date)}
      </th>
      <td className="figure">{d?.clockInText}</td>
      <td className="figure">{d?.clockOutText}</td>
      <td className="breaks small" data-label={t("month.breaks")}>
        {d?.breaks.map((b) => `${b.startText ?? "?"}–${b.endText ?? ""}`).join("  ")}
      </td>
      <td className="figure">{d && colon(d.workedMinutes)}</td>
      <td className="flagged">
        {d && d.flags.length > 0 && (
          <span className="flags">
            {d.flags.map((f) => (
              <Badge key={f} tone="warn">
                {word("flag", f)}
              </Badge>
            ))}
          </span>
        )}
      </td>
      <td className="actions">
        {d ? (
          <IconButton
            small
            icon={open ? "close" : "down"}
            label={t(open ? "month.fold" : "month.unfold", { day: shortDay(date) })}
            aria-expanded={open}
            onClick={toggle}
          />
        ) : (
          add && <IconButton small icon="plus" label={t("month.addOn", { day: shortDay(date) })} onClick={add} />
        )}
      </td>
    </tr>
  );
}
