// Punches that people ask for because they forgot them or they are wrong: those
// of everybody for who decides, and one's own in the month.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useMay, useSession, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { clockOf, dateIn, moment, month } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { List } from "../../ui/list";
import { Badge, Card, Empty, PageHead, Segments, type Tone } from "../../ui/parts";
import { say } from "../../ui/toast";
import { ofKnown, useEmployeeNames, useNamed } from "../employees/queries";
import { useAnew } from "./anew";
import { useActorNames } from "./queries";

type Request = Schemas["CorrectionRequest"];
type Verb = "approve" | "reject" | "withdraw";
const states = ["REQUESTED", "APPROVED", "REJECTED", "WITHDRAWN"] as const;
type State = (typeof states)[number];

const tone = (state: string | undefined): Tone =>
  (({ REQUESTED: "info", APPROVED: "good", REJECTED: "bad" })[state ?? ""] as Tone) ?? "plain";

function perform(verb: Verb, request: Request, comment: string) {
  const sent = { params: { path: { correctionRequest: idOf(request.name) } }, body: { comment } };
  if (verb === "approve") return ask(api.POST("/v1/correctionRequests/{correctionRequest}:approve", sent));
  if (verb === "reject") return ask(api.POST("/v1/correctionRequests/{correctionRequest}:reject", sent));
  return ask(api.POST("/v1/correctionRequests/{correctionRequest}:withdraw", sent));
}

// What tells a request from the others.
function useWhich(name: (employee: string | undefined) => string) {
  const zone = useZone();
  return (r: Request) => ({ name: name(r.employee), time: moment(r.time, zone), kind: word("kind", r.kind) });
}

/** Asks before something becomes of a request. */
function useDecide(name: (employee: string | undefined) => string) {
  const which = useWhich(name);
  const anew = useAnew();
  const [dialog, confirm] = useConfirm();
  const decide = (request: Request, verb: Verb) =>
    confirm({
      title: t(`correction.${verb}.title`),
      text: (
        <>
          <p>{t(`correction.${verb}.text`, which(request))}</p>
          {verb === "approve" && request.corrects && (
            <p>
              <Replaced request={request} />
            </p>
          )}
        </>
      ),
      action: t(`correction.${verb}`),
      danger: verb === "reject",
      reason: { label: t("verb.comment"), required: verb === "reject" },
      run: async (comment) => {
        await anew(["corrections", "timesheet", "timesheets", "punches"], () => perform(verb, request, comment));
        say(t(`correction.${verb}.done`));
      },
    });
  return [dialog, decide] as const;
}

// Every request of a state, or of an employee.
const requests = (limits: { state?: State } | { employee: string }) =>
  pages(async (pageToken) => {
    const query = { ...limits, pageSize: 500, pageToken };
    const page = await ask(api.GET("/v1/correctionRequests", { params: { query } }));
    return { items: page.correctionRequests, nextPageToken: page.nextPageToken };
  });

export function CorrectionRequests() {
  const [state, setState] = useState<State>("REQUESTED");
  const all = useQuery({
    queryKey: ["corrections", state],
    queryFn: () => requests({ state }),
    refetchInterval: 15_000,
  });
  const list = useNamed(all, ofKnown);
  const names = useEmployeeNames();
  const zone = useZone();
  const may = useMay();
  const { account } = useSession();
  const [dialog, decide] = useDecide(names);
  const which = useWhich(names);
  const own = (r: Request) => r.employee === account?.employee || r.actor === account?.name;
  return (
    <div className="stack">
      {dialog}
      <PageHead title={t("correction.title")} lead={t("correction.lead")}>
        <Segments
          label={t("correction.state")}
          value={state}
          onChange={setState}
          options={states.map((s) => ({ value: s, label: word("correctionState", s) }))}
        />
      </PageHead>
      <List
        source={list}
        rows={list.data}
        id={(r) => r.name ?? ""}
        lines={4}
        step={100}
        empty={
          <Empty icon="circleCheck" title={t(state === "REQUESTED" ? "correction.noneWaiting" : "correction.none")}>
            {state === "REQUESTED" && t("correction.noneMore")}
          </Empty>
        }
        columns={[
          { label: t("employee.name"), kind: "head", cell: (r) => names(r.employee) },
          { label: t("punch.kind"), cell: (r) => <Kind request={r} /> },
          { label: t("punch.when"), nowrap: true, cell: (r) => moment(r.time, zone) },
          { label: t("punch.reason"), cell: (r) => <span className="prose">{r.reason}</span> },
          {
            label: t("held.period"),
            nowrap: true,
            cell: (r) => (
              <Link
                to={`/timesheets/${idOf(r.employee)}/${r.period}`}
                aria-label={t("month.of", { name: names(r.employee), month: month(r.period) })}
              >
                {month(r.period)}
              </Link>
            ),
          },
          state !== "REQUESTED" && {
            label: t("correction.decision"),
            cell: (r) => <Decision request={r} />,
          },
          {
            label: t("action.title"),
            kind: "actions",
            cell: (r) =>
              r.state === "REQUESTED" && may("punches.write") ? (
                <>
                  {!own(r) && (
                    <Button
                      small
                      onClick={() => decide(r, "approve")}
                      aria-label={t("correction.approveWhich", which(r))}
                    >
                      {t("correction.approve")}
                    </Button>
                  )}{" "}
                  <Button
                    small
                    look="danger-quiet"
                    onClick={() => decide(r, "reject")}
                    aria-label={t("correction.rejectWhich", which(r))}
                  >
                    {t("correction.reject")}
                  </Button>
                </>
              ) : (
                <Badge tone={tone(r.state)}>{word("correctionState", r.state)}</Badge>
              ),
          },
        ]}
      />
    </div>
  );
}

// Which punch of before makes way for what is asked for, with its day where that is another.
function Replaced({ request: { businessDay, replaced, time } }: { request: Request }) {
  const zone = useZone();
  if (!replaced) return t("correction.replaces"); // was removed, or the server is of the version before
  const on = (instant: string | undefined) => dateIn(new Date(instant ?? ""), zone);
  const near = [businessDay, on(time)].includes(on(replaced.time));
  const when = near ? clockOf(businessDay, replaced.time, zone, true) : moment(replaced.time, zone, true);
  return t("correction.replacesWhich", { kind: word("kind", replaced.kind), time: when });
}

// What is asked for, and whether a punch of before makes way for it.
function Kind({ request: r }: { request: Request }) {
  return (
    <span>
      <span className="nowrap">{word("kind", r.kind)}</span>
      {r.corrects && (
        <span className="small muted block">
          <Replaced request={r} />
        </span>
      )}
    </span>
  );
}

function Decision({ request: r }: { request: Request }) {
  const zone = useZone();
  const actor = useActorNames();
  return (
    <span className="prose">
      <span className="small muted block">
        {actor(r.decider)} <span className="nowrap">{moment(r.decideTime, zone)}</span>
      </span>
      {r.comment}
    </span>
  );
}

/** The requests of one employee for a month. */
export function useMonthCorrections(employee: string, period: string): Request[] {
  const list = useQuery({
    queryKey: ["corrections", "of", employee],
    queryFn: () => requests({ employee }),
  });
  return (list.data ?? []).filter((r) => r.period === period);
}

/** The requests of one employee for a month; nothing without any. */
export function MonthCorrections({ employee, period, own }: { employee: string; period: string; own: boolean }) {
  const zone = useZone();
  const may = useMay();
  const [dialog, decide] = useDecide(() => "");
  const which = useWhich(() => "");
  const rows = useMonthCorrections(employee, period);
  if (rows.length === 0) return null;
  const mayWithdraw = may("corrections.request") || (own && may("corrections.requestOwn"));
  return (
    <Card title={t("correction.title")}>
      {dialog}
      <ul className="plain punches">
        {rows.map((r) => (
          <li key={r.name}>
            <span className="grow">
              <span className="row">
                <strong>
                  <span className="nowrap">{moment(r.time, zone)}</span> {word("kind", r.kind)}
                </strong>
                {r.corrects && (
                  <span className="small muted">
                    <Replaced request={r} />
                  </span>
                )}
                <Badge tone={tone(r.state)}>{word("correctionState", r.state)}</Badge>
              </span>
              <span className="small muted block">{r.reason}</span>
              {r.comment && <span className="small muted block">{t("correction.said", { comment: r.comment })}</span>}
            </span>
            {r.state === "REQUESTED" && mayWithdraw && (
              <Button
                small
                look="quiet"
                onClick={() => decide(r, "withdraw")}
                aria-label={t("correction.withdrawWhich", which(r))}
              >
                {t("correction.withdraw")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
