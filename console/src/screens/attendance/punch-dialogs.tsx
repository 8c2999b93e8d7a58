// Corrections: enter a punch, correct one, make one count no longer. Each says
// why for ever, and what was recorded stays.
import type { ReactNode } from "react";
import { api, ask, idOf } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { clock, dateIn, instantOf, isDay, typedClock } from "../../i18n/time";
import { Button } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { type Form, FormBody, useForm } from "../../ui/form";
import { AreaField, SelectField, TextField } from "../../ui/inputs";
import { say } from "../../ui/toast";
import { type Kind, kindOptions } from "../settings/choices";
import { useAnew } from "./anew";
import { type Punch, timeOf } from "./queries";

// Changes the punches of a month and says so.
function useChange() {
  const anew = useAnew();
  return async (text: string, act: () => Promise<unknown>) => {
    await anew(["timesheet", "timesheets", "punches"], act);
    say(text);
  };
}

type Values = { kind: string; date: string; time: string; reason: string };
const check = (v: Values) => ({
  time: typedClock(v.time) ? "" : t("form.timeWrong"),
  date: v.date === "" ? t("form.required", { label: t("punch.date") }) : isDay(v.date) ? "" : t("form.dateWrong"),
  reason: v.reason.trim() ? "" : t("form.required", { label: t("punch.reason") }),
});

function Fields({ form }: { form: Form<Values> }) {
  return (
    <>
      <SelectField form={form} name="kind" label={t("punch.kind")} options={kindOptions()} />
      <div className="columns">
        <TextField
          form={form}
          name="date"
          label={t("punch.date")}
          type="date"
          max={dateIn(new Date(), useZone())}
          must
        />
        <TextField
          form={form}
          name="time"
          label={t("punch.time")}
          inputMode="numeric"
          placeholder="09:00"
          hint={t("punch.timeHint")}
          must
        />
      </div>
      <AreaField form={form} name="reason" label={t("punch.reason")} hint={t("punch.reasonHint")} must rows={3} />
    </>
  );
}

function Buttons({ busy, action, onClose }: { busy: boolean; action: string; onClose: () => void }) {
  return (
    <div className="buttons">
      <Button onClick={onClose}>{t("action.cancel")}</Button>
      <Button type="submit" look="primary" busy={busy}>
        {action}
      </Button>
    </div>
  );
}

export function AddPunch({ employee, date, onClose }: { employee: string; date: string; onClose: () => void }) {
  const zone = useZone();
  const change = useChange();
  const form = useForm<Values>({ kind: "CLOCK_IN", date, time: "", reason: "" }, { check });
  const submit = () =>
    form.run(async (v) => {
      const body = { kind: v.kind as Kind, time: instantOf(v.date, typedClock(v.time), zone), reason: v.reason.trim() };
      await change(t("punch.added"), () =>
        ask(api.POST("/v1/employees/{employee}/punches", { params: { path: { employee } }, body })),
      );
      onClose();
    });
  return (
    <Dialog title={t("punch.add")} onClose={onClose}>
      <FormBody form={form} onSubmit={submit}>
        <Fields form={form} />
        <Buttons busy={form.busy} action={t("punch.save")} onClose={onClose} />
      </FormBody>
    </Dialog>
  );
}

/** Asks for a punch that somebody else has to approve. */
export function AskCorrection({ employee, date, onClose }: { employee: string; date: string; onClose: () => void }) {
  const zone = useZone();
  const anew = useAnew();
  const form = useForm<Values>({ kind: "CLOCK_IN", date, time: "", reason: "" }, { check });
  const submit = () =>
    form.run(async (v) => {
      const time = instantOf(v.date, typedClock(v.time), zone);
      const body = { employee: `employees/${employee}`, kind: v.kind as Kind, time, reason: v.reason.trim() };
      await anew(["corrections", "timesheet"], () => ask(api.POST("/v1/correctionRequests", { body })));
      say(t("correction.asked"));
      onClose();
    });
  return (
    <Dialog title={t("correction.ask")} onClose={onClose}>
      <p className="muted">{t("correction.askLead")}</p>
      <FormBody form={form} onSubmit={submit}>
        <Fields form={form} />
        <Buttons busy={form.busy} action={t("correction.send")} onClose={onClose} />
      </FormBody>
    </Dialog>
  );
}

export function CorrectPunch({ punch, onClose }: { punch: Punch; onClose: () => void }) {
  const zone = useZone();
  const change = useChange();
  const at = new Date(punch.time ?? "");
  const form = useForm<Values>(
    { kind: punch.kind ?? "CLOCK_IN", date: dateIn(at, zone), time: clock(punch.time, zone), reason: "" },
    { check },
  );
  const submit = () =>
    form.run(async (v) => {
      const params = { path: { punch: idOf(punch.name) } };
      const body = { kind: v.kind as Kind, time: instantOf(v.date, typedClock(v.time), zone), reason: v.reason.trim() };
      await change(t("punch.corrected"), () => ask(api.POST("/v1/punches/{punch}:correct", { params, body })));
      onClose();
    });
  return (
    <Dialog title={t("punch.correctTitle")} onClose={onClose}>
      <p className="muted">
        {t("punch.correctLead", { kind: word("kind", punch.kind), time: timeOf(punch, zone, true) })}
      </p>
      <FormBody form={form} onSubmit={submit}>
        <Fields form={form} />
        <Buttons busy={form.busy} action={t("punch.save")} onClose={onClose} />
      </FormBody>
    </Dialog>
  );
}

/** Asks why, and makes a punch count no longer. */
export function useVoid(): [ReactNode, (punch: Punch) => void] {
  const zone = useZone();
  const change = useChange();
  const [dialog, confirm] = useConfirm();
  const offer = (punch: Punch) =>
    confirm({
      title: t("punch.voidTitle"),
      text: t("punch.voidText", { kind: word("kind", punch.kind), time: timeOf(punch, zone, true) }),
      action: t("punch.void"),
      danger: true,
      reason: { label: t("punch.reason"), hint: t("punch.reasonHint"), required: true },
      run: async (reason) => {
        const params = { path: { punch: idOf(punch.name) } };
        await change(t("punch.isVoided"), () =>
          ask(api.POST("/v1/punches/{punch}:void", { params, body: { reason } })),
        );
      },
    });
  return [dialog, offer];
}
