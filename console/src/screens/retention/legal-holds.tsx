// 保全指定: keeps the records of one person or of everybody until it is released.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { FormBody, useForm } from "../../ui/form";
import { AreaField, SelectField } from "../../ui/inputs";
import { List } from "../../ui/list";
import { Badge, Empty } from "../../ui/parts";
import { say } from "../../ui/toast";
import { useActorNames } from "../attendance/queries";
import { employeesQuery, useEmployeeNames } from "../employees/queries";
import { holdsQuery, type LegalHold } from "./queries";

export function LegalHolds() {
  const holds = useQuery(holdsQuery);
  const write = useMay()("settings.write");
  const names = useEmployeeNames();
  const zone = useZone();
  const fresh = useFresh();
  const [placing, setPlacing] = useState(false);
  const [dialog, confirm] = useConfirm();
  const whose = (h: LegalHold) => (h.employee ? names(h.employee) || idOf(h.employee) : t("hold.company"));
  const release = (h: LegalHold) =>
    confirm({
      title: t("hold.release"),
      text: t("hold.releaseText", { whose: whose(h) }),
      action: t("hold.release"),
      danger: true,
      reason: { label: t("punch.reason"), hint: t("hold.reasonHint"), required: true },
      run: async (reason) => {
        const params = { path: { legalHold: idOf(h.name) } };
        await ask(api.POST("/v1/legalHolds/{legalHold}:release", { params, body: { reason } }));
        await fresh();
        say(t("hold.released"));
      },
    });
  const place = write && (
    <Button icon="shield" onClick={() => setPlacing(true)}>
      {t("hold.place")}
    </Button>
  );
  const any = (holds.data?.length ?? 0) > 0;
  return (
    <section className="stack tight">
      {dialog}
      {placing && <Place onClose={() => setPlacing(false)} />}
      <div className="row spread">
        <h2>{t("hold.title")}</h2>
        {any && place}
      </div>
      <p className="muted">{t("hold.lead")}</p>
      <List
        source={holds}
        rows={holds.data}
        id={(h) => h.name}
        lines={3}
        empty={
          <Empty icon="shield" title={t("hold.none")} action={place}>
            {t("hold.noneMore")}
          </Empty>
        }
        columns={[
          { label: t("hold.whose"), kind: "head", cell: whose },
          { label: t("punch.reason"), cell: (h) => <span className="prose">{h.reason}</span> },
          { label: t("hold.placed"), cell: (h) => <Who who={h.actor} time={moment(h.createTime, zone)} /> },
          {
            label: t("employees.state"),
            cell: (h) => <Badge tone={h.state === "IN_FORCE" ? "info" : "plain"}>{word("holdState", h.state)}</Badge>,
          },
          {
            label: t("hold.end"),
            cell: (h) =>
              h.releaseTime && <Who who={h.releaser} time={moment(h.releaseTime, zone)} more={h.releaseReason} />,
          },
          {
            label: t("action.title"),
            kind: "actions",
            cell: (h) =>
              write &&
              h.state === "IN_FORCE" && (
                <Button
                  small
                  look="danger-quiet"
                  onClick={() => release(h)}
                  aria-label={t("hold.releaseWhose", { whose: whose(h) })}
                >
                  {t("hold.release")}
                </Button>
              ),
          },
        ]}
      />
    </section>
  );
}

function Who({ who, time, more }: { who?: string; time: string; more?: string }) {
  const actor = useActorNames();
  return (
    <span>
      <span className="nowrap">{time}</span>
      <span className="small muted block prose">
        {actor(who) || t("actor.unknown")}
        {more && ` 「${more}」`}
      </span>
    </span>
  );
}

// A hold changes what the next purge does.
function useFresh() {
  const queries = useQueryClient();
  return () => Promise.all(["legalHolds", "retention"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}

function Place({ onClose }: { onClose: () => void }) {
  const employees = useQuery(employeesQuery);
  const fresh = useFresh();
  const form = useForm(
    { employee: "", reason: "" },
    { check: (v) => ({ reason: v.reason.trim() ? "" : t("form.required", { label: t("punch.reason") }) }) },
  );
  const submit = () =>
    form.run(async (v) => {
      await ask(api.POST("/v1/legalHolds", { body: { employee: v.employee, reason: v.reason.trim() } }));
      await fresh();
      onClose();
      say(t("hold.placedDone"));
    });
  const people = [
    { value: "", label: t("hold.company") },
    ...(employees.data ?? []).map((e) => ({ value: e.name, label: `${e.employeeNumber} ${e.displayName}` })),
  ];
  return (
    <Dialog title={t("hold.place")} onClose={onClose}>
      <FormBody form={form} onSubmit={submit}>
        <p className="muted">{t("hold.placeLead")}</p>
        <SelectField form={form} name="employee" label={t("hold.whose")} options={people} />
        <AreaField form={form} name="reason" label={t("punch.reason")} hint={t("hold.reasonHint")} rows={3} must />
        <div className="buttons">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {t("hold.place")}
          </Button>
        </div>
      </FormBody>
    </Dialog>
  );
}
