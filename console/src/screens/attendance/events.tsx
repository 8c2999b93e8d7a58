// Every accepted callback with what became of it, and why it was no punch.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { instantOf, moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { DayFilter, Filter, Filters, withDays } from "../../ui/filters";
import { useKept } from "../../ui/kept";
import { List } from "../../ui/list";
import { Badge, Empty, PageHead, type Tone } from "../../ui/parts";
import { say } from "../../ui/toast";
import { employeesQuery, useEmployeeNames, useNamed } from "../employees/queries";
import { reasonWords } from "../integrations/remedy";
import { useAnew } from "./anew";

const outcomes = ["RECORDED", "REFUSED", "IGNORED", "QUARANTINED", "PENDING"] as const;
const tone = (o: string | undefined): Tone =>
  (({ RECORDED: "good", REFUSED: "warn", QUARANTINED: "bad", PENDING: "info" })[o ?? ""] as Tone) ?? "plain";
const replyTone = (s: string): Tone =>
  (({ SENT: "good", QUEUED: "info", PARKED: "warn", GIVEN_UP: "bad" })[s] as Tone) ?? "plain";

/** What was kept apart without having done anything wrong can be given back to be judged. */
const releasable = (e: Schemas["Event"]) =>
  e.outcome === "QUARANTINED" && (e.reason === "POISON" || e.reason === "FUTURE_TIME");

const noLimits = { outcome: "", employee: "", from: "", to: "" };

export function Events() {
  const { kept, keep: limit } = useKept(noLimits);
  const limits = withDays(kept);
  const limited = Object.values(limits).some((x) => x !== "");
  const { outcome, employee, from, to } = limits;
  const zone = useZone();
  const names = useEmployeeNames();
  const employees = useQuery(employeesQuery);
  const list = useInfiniteQuery({
    queryKey: ["events", limits],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/v1/events", {
          params: {
            query: {
              pageSize: 50,
              pageToken: pageParam,
              ...(outcome ? { outcome: outcome as "RECORDED" } : {}),
              ...(employee ? { employee } : {}),
              ...(from ? { startTime: instantOf(from, "00:00", zone) } : {}),
              ...(to ? { endTime: instantOf(to, "24:00", zone) } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextPageToken || undefined,
    refetchInterval: (q) => ((q.state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
  const events = useNamed(list);
  const rows = events.data?.pages.flatMap((p) => p.events);
  const may = useMay();
  const anew = useAnew();
  const [dialog, confirm] = useConfirm();
  const time = (e: Schemas["Event"]) => moment(e.issuedTime ?? e.receiveTime, zone, true);
  const release = (e: Schemas["Event"]) =>
    confirm({
      title: t("events.release.title"),
      text: t("events.release.text", { time: time(e) }),
      action: t("events.release"),
      run: async () => {
        const params = { path: { event: idOf(e.name) } };
        await anew(["events"], () => ask(api.POST("/v1/events/{event}:release", { params, body: {} })));
        say(t("events.release.done"));
      },
    });
  return (
    <div className="stack">
      {dialog}
      <PageHead title={t("events.title")} lead={t("events.lead")} />
      <Filters limited={limited} onClear={() => limit(noLimits)}>
        <DayFilter label={t("filter.from")} value={from} most={to} onChange={(from) => limit({ from })} />
        <DayFilter label={t("filter.to")} value={to} least={from} onChange={(to) => limit({ to })} />
        <Filter
          label={t("events.outcome")}
          value={outcome}
          onChange={(outcome) => limit({ outcome })}
          options={[
            { value: "", label: t("filter.all") },
            ...outcomes.map((o) => ({ value: o, label: word("outcome", o) })),
          ]}
        />
        <Filter
          label={t("employee.title")}
          value={employee}
          onChange={(employee) => limit({ employee })}
          options={[
            { value: "", label: t("filter.all") },
            ...(employees.data ?? []).map((e) => ({ value: e.name, label: `${e.employeeNumber} ${e.displayName}` })),
          ]}
        />
      </Filters>
      <List
        source={events}
        rows={rows}
        id={(e) => e.name}
        lines={8}
        empty={
          <Empty icon="list" title={t(limited ? "events.noneFound" : "events.none")}>
            {t(limited ? "events.noneFoundMore" : "events.noneMore")}
          </Empty>
        }
        foot={
          events.hasNextPage && (
            <Button wide busy={events.isFetchingNextPage} onClick={() => events.fetchNextPage()}>
              {t("list.older")}
            </Button>
          )
        }
        columns={[
          {
            label: t("events.time"),
            kind: "head",
            nowrap: true,
            cell: time,
          },
          {
            label: t("events.outcome"),
            cell: (e) => <Badge tone={tone(e.outcome)}>{word("outcome", e.outcome)}</Badge>,
          },
          { label: t("events.reason"), cell: (e) => <Reason event={e} zone={zone} /> },
          {
            label: t("employee.title"),
            cell: (e) =>
              e.employee && <Link to={`/timesheets/${idOf(e.employee)}`}>{names(e.employee) || idOf(e.employee)}</Link>,
          },
          { label: t("reply.title"), cell: (e) => <Answer reply={e.reply} zone={zone} /> },
          { label: t("events.room"), cell: (e) => word("room", e.roomKind) },
          { label: t("events.deliveries"), kind: "figure", cell: (e) => e.deliveries },
          may("events.write") &&
            (rows ?? []).some(releasable) && {
              label: t("action.title"),
              kind: "actions",
              cell: (e) =>
                releasable(e) && (
                  <Button small onClick={() => release(e)} aria-label={t("events.releaseWhich", { time: time(e) })}>
                    {t("events.release")}
                  </Button>
                ),
            },
        ]}
      />
    </div>
  );
}

/** Why it was no punch, or the way to the punch. */
function Reason({ event: e, zone }: { event: Schemas["Event"]; zone: string }) {
  if (!e.punch || !e.employee) return word("eventReason", e.reason);
  return (
    <Link
      to={`/timesheets/${idOf(e.employee)}`}
      search={{ punch: e.punch, at: e.issuedTime ?? e.receiveTime } as never}
      aria-label={t("events.punchOf", { time: moment(e.issuedTime ?? e.receiveTime, zone, true) })}
    >
      {t("events.punch")}
    </Link>
  );
}

/** What became of the answer: its state, and how or why. */
function Answer({ reply, zone }: { reply: Schemas["Event"]["reply"]; zone: string }) {
  if (!reply?.state || reply.state === "NONE") return word("replyState", reply?.state);
  const more = reply.state === "SENT" ? word("replyForm", reply.form) : reasonWords(reply.reason);
  return (
    <span className="row">
      <Badge tone={replyTone(reply.state)}>{word("replyState", reply.state)}</Badge>
      <span className="small muted" title={moment(reply.endTime, zone)}>
        {more}
      </span>
    </span>
  );
}
