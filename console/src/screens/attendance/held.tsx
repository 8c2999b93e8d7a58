// Punches into months that were submitted or approved: apply them after 差戻し,
// or discard them with a reason.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment, month } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { List } from "../../ui/list";
import { Badge, Empty, PageHead, Segments } from "../../ui/parts";
import { say } from "../../ui/toast";
import { useEmployeeNames } from "../employees/queries";

type Held = Schemas["HeldPunch"];
const states = ["PENDING", "APPLIED", "DISCARDED"] as const;

export function HeldPunches() {
  const [state, setState] = useState<(typeof states)[number]>("PENDING");
  const held = useQuery({
    queryKey: ["held", state],
    queryFn: async () =>
      (await ask(api.GET("/v1/heldPunches", { params: { query: { state, pageSize: 200 } } }))).heldPunches,
    refetchInterval: 15_000,
  });
  const names = useEmployeeNames();
  const zone = useZone();
  const may = useMay();
  const queries = useQueryClient();
  const [dialog, confirm] = useConfirm();
  const decide = (h: Held, verb: "apply" | "discard") =>
    confirm({
      title: t(`held.${verb}.title`),
      text: t(`held.${verb}.text`, { name: names(h.employee), time: moment(h.time, zone), kind: word("kind", h.kind) }),
      action: t(`held.${verb}`),
      danger: verb === "discard",
      reason: { label: t("punch.reason"), required: verb === "discard" },
      run: async (reason) => {
        const params = { path: { heldPunch: idOf(h.name) } };
        await (verb === "apply"
          ? ask(api.POST("/v1/heldPunches/{heldPunch}:apply", { params, body: { reason } }))
          : ask(api.POST("/v1/heldPunches/{heldPunch}:discard", { params, body: { reason } })));
        await Promise.all(["held", "timesheet", "timesheets"].map((k) => queries.invalidateQueries({ queryKey: [k] })));
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
        empty={
          <Empty icon="circleCheck" title={t(state === "PENDING" ? "held.none" : "held.noneOther")}>
            {state === "PENDING" && t("held.noneMore")}
          </Empty>
        }
        columns={[
          { label: t("employee.name"), kind: "head", cell: (h) => names(h.employee) },
          { label: t("punch.kind"), cell: (h) => word("kind", h.kind) },
          { label: t("punch.when"), cell: (h) => moment(h.time, zone) },
          {
            label: t("held.period"),
            cell: (h) => <Link to={`/timesheets/${idOf(h.employee)}/${h.period}`}>{month(h.period)}</Link>,
          },
          state === "PENDING"
            ? { label: t("held.phrase"), cell: (h) => h.phrase }
            : { label: t("punch.reason"), cell: (h) => h.reason },
          {
            label: t("action.title"),
            kind: "actions",
            cell: (h) =>
              h.state === "PENDING" && may("punches.write") ? (
                <>
                  <Button small onClick={() => decide(h, "apply")}>
                    {t("held.apply")}
                  </Button>{" "}
                  <Button small look="danger-quiet" onClick={() => decide(h, "discard")}>
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
