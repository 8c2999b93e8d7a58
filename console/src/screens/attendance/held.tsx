// Punches into months that were submitted or approved: apply them after 差戻し,
// or discard them with a reason. In a month everybody sees what was held of it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment, month } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { List } from "../../ui/list";
import { Badge, Card, Empty, PageHead, Segments } from "../../ui/parts";
import { say } from "../../ui/toast";
import { ofKnown, useEmployeeNames, useNamed } from "../employees/queries";
import { useAnew } from "./anew";
import { useActorNames } from "./queries";

type Held = Schemas["HeldPunch"];
const states = ["PENDING", "APPLIED", "DISCARDED"] as const;
type State = (typeof states)[number];

// Every held punch of a state, or of an employee.
const heldPunches = (limits: { state?: State } | { employee: string }) =>
  pages(async (pageToken) => {
    const query = { ...limits, pageSize: 500, pageToken };
    const page = await ask(api.GET("/v1/heldPunches", { params: { query } }));
    return { items: page.heldPunches, nextPageToken: page.nextPageToken };
  });

export function HeldPunches() {
  const [state, setState] = useState<State>("PENDING");
  const list = useQuery({
    queryKey: ["held", state],
    queryFn: () => heldPunches({ state }),
    refetchInterval: 15_000,
  });
  const held = useNamed(list, ofKnown);
  const names = useEmployeeNames();
  const zone = useZone();
  const may = useMay();
  const anew = useAnew();
  const [dialog, confirm] = useConfirm();
  const which = (h: Held) => ({ name: names(h.employee), time: moment(h.time, zone), kind: word("kind", h.kind) });
  const decide = (h: Held, verb: "apply" | "discard") =>
    confirm({
      title: t(`held.${verb}.title`),
      text: t(`held.${verb}.text`, which(h)),
      action: t(`held.${verb}`),
      danger: verb === "discard",
      reason: { label: t("punch.reason"), required: verb === "discard" },
      run: async (reason) => {
        const params = { path: { heldPunch: idOf(h.name) } };
        await anew(["held", "timesheet", "timesheets"], () =>
          verb === "apply"
            ? ask(api.POST("/v1/heldPunches/{heldPunch}:apply", { params, body: { reason } }))
            : ask(api.POST("/v1/heldPunches/{heldPunch}:discard", { params, body: { reason } })),
        );
        say(t(`held.${verb}.done`));
      },
    });
  return (
    <div className="stack">
      {dialog}
      <PageHead title={t("held.title")} lead={t("held.lead")}>
        <Segments
          label={t("held.state")}
          value={state}
          onChange={setState}
          options={states.map((s) => ({ value: s, label: word("heldState", s) }))}
        />
      </PageHead>
      <List
        source={held}
        rows={held.data}
        id={(h) => h.name}
        lines={4}
        step={100}
        empty={
          <Empty icon="circleCheck" title={t(state === "PENDING" ? "held.none" : "held.noneOther")}>
            {state === "PENDING" && t("held.noneMore")}
          </Empty>
        }
        columns={[
          { label: t("employee.name"), kind: "head", cell: (h) => names(h.employee) },
          { label: t("punch.kind"), nowrap: true, cell: (h) => word("kind", h.kind) },
          { label: t("punch.when"), nowrap: true, cell: (h) => moment(h.time, zone) },
          {
            label: t("held.period"),
            nowrap: true,
            cell: (h) => (
              <Link
                to={`/timesheets/${idOf(h.employee)}/${h.period}`}
                aria-label={t("month.of", { name: names(h.employee), month: month(h.period) })}
              >
                {month(h.period)}
              </Link>
            ),
          },
          state === "PENDING"
            ? { label: t("held.phrase"), cell: (h) => <span className="prose">{h.phrase}</span> }
            : { label: t("punch.reason"), cell: (h) => h.reason && <span className="prose">{h.reason}</span> },
          {
            label: t("action.title"),
            kind: "actions",
            cell: (h) =>
              h.state === "PENDING" && may("punches.write") ? (
                <>
                  <Button small onClick={() => decide(h, "apply")} aria-label={t("held.applyWhich", which(h))}>
                    {t("held.apply")}
                  </Button>{" "}
                  <Button
                    small
                    look="danger-quiet"
                    onClick={() => decide(h, "discard")}
                    aria-label={t("held.discardWhich", which(h))}
                  >
                    {t("held.discard")}
                  </Button>
                </>
              ) : (
                <Badge>{word("heldState", h.state)}</Badge>
              ),
          },
        ]}
      />
    </div>
  );
}

/** What was held of an employee's month and what became of it; nothing without any. */
export function MonthHeld({ employee, period }: { employee: string; period: string }) {
  const held = useQuery({
    queryKey: ["held", "of", employee],
    queryFn: () => heldPunches({ employee }),
  });
  const rows = (held.data ?? []).filter((h) => h.period === period);
  if (rows.length === 0) return null;
  return (
    <Card title={t("held.title")}>
      <ul className="plain punches">
        {rows.map((h) => (
          <Line key={h.name} held={h} />
        ))}
      </ul>
    </Card>
  );
}

function Line({ held: h }: { held: Held }) {
  const zone = useZone();
  const actor = useActorNames();
  return (
    <li>
      <span className="grow">
        <span className="row">
          <strong>
            <span className="nowrap">{moment(h.time, zone)}</span> {word("kind", h.kind)}
          </strong>
          <Badge tone={h.state === "PENDING" ? "warn" : "plain"}>{word("heldState", h.state)}</Badge>
          {h.phrase && <span className="small muted">「{h.phrase}」</span>}
        </span>
        <span className="small muted block">
          {t("held.because", { time: moment(h.receiveTime, zone), month: month(h.period) })}
        </span>
        {h.decideTime && (
          <span className="small muted block">
            {t(h.reason ? "held.decidedFor" : "held.decided", {
              what: word("heldState", h.state),
              time: moment(h.decideTime, zone),
              who: actor(h.actor) || t("actor.unknown"),
              reason: h.reason ?? "",
            })}
          </span>
        )}
      </span>
    </li>
  );
}
