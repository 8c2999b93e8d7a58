// Corrections: enter a punch, correct one, make one count no longer. Each says
// why for ever, and what was recorded stays.
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useSession, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { clock, dateIn, instantOf, isDay, day as longDay, typedClock } from "../../i18n/time";
import { Button } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { type Form, FormBody, useForm } from "../../ui/form";
import { AreaField, ChoiceField, SelectField, TextField } from "../../ui/inputs";
import { Notice } from "../../ui/parts";
import { say } from "../../ui/toast";
import { type Kind, kindOptions } from "../settings/choices";
import { useAnew } from "./anew";
import { meantDay, periodOf } from "./periods";
import { countingOf, type Punch, timeOf, timesheetQuery, useBusinessDay } from "./queries";

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

function Fields({ form, children }: { form: Form<Values>; children?: ReactNode }) {
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
      {children}
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

// Sends a request for a punch, which may take the place of another.
function useAsk(employee: string) {
  const zone = useZone();
  const anew = useAnew();
  return async (v: Values, corrects: string | undefined) => {
    const time = instantOf(v.date, typedClock(v.time), zone);
    const wish = { employee: `employees/${employee}`, kind: v.kind as Kind, time, reason: v.reason.trim() };
    const body = { ...wish, corrects };
    await anew(["corrections", "timesheet"], () => ask(api.POST("/v1/correctionRequests", { body })));
    say(t("correction.asked"));
  };
}

// The punches that count already on the business day of what is asked for, and are of its kind. In the place of another
// punch nothing is looked up until the day or the kind is another than that one's.
function useSame(employee: string, values: Values, old?: Punch) {
  const zone = useZone();
  const closingDay = useSession().organization?.closingDay ?? 31;
  const { dayOf } = useBusinessDay();
  const dayIn = ({ date, time }: Values) => meantDay(date, typedClock(time), zone, dayOf);
  const day = dayIn(values);
  const alike = old?.kind === values.kind && dayIn(asItIs(old, zone)) === day;
  const sheet = useQuery({ ...timesheetQuery(employee, periodOf(day, closingDay)), enabled: day !== "" && !alike });
  const counting = alike ? [] : countingOf(sheet.data?.days.find((d) => d.date === day));
  const punches = counting.filter((p) => p.kind === values.kind && p.name !== old?.name);
  const unread = sheet.isLoadingError && !alike ? sheet.refetch : undefined;
  return { day, punches, pending: sheet.isLoading, unread };
}

// Without the punches of the day nobody knows what to ask.
function Unread({ day, again }: { day: string; again: () => void }) {
  return (
    <Notice tone="bad" title={t("correction.unread", { day: longDay(day) })}>
      <p>{t("correction.unreadMore")}</p>
      <Button small icon="undo" onClick={again}>
        {t("action.retry")}
      </Button>
    </Notice>
  );
}

// A second punch of a kind is seldom meant beside the first: what becomes of that is asked where it is seen. What takes
// the place of a punch may so leave that one alone.
function useInstead(employee: string, values: Values, old?: Punch) {
  const zone = useZone();
  const { day, punches, pending, unread } = useSame(employee, values, old);
  const [wanted, want] = useState("");
  const kind = word("kind", values.kind);
  const beside = `${values.kind} ${day}`; // a choice for one day and kind is none for another
  const ways = [...(old ? [old] : []), ...punches];
  const options = ways.map((p) => ({
    value: p.name ?? "",
    label: t("correction.sameReplace", { kind: word("kind", p.kind), time: timeOf(p, zone, true) }),
    more: t("correction.sameReplaceMore"),
  }));
  if (!old) options.push({ value: beside, label: t("correction.sameAdd"), more: t("correction.sameAddMore") });
  const usual = ((old || punches.length === 1) && ways[0]?.name) || beside;
  const chosen = options.some((o) => o.value === wanted) ? wanted : usual;
  const said = punches.length > 0 ? t("correction.same", { day: longDay(day), kind, n: punches.length }) : "";
  const choice = (
    <>
      <span role="status" className="hidden">
        {said}
      </span>
      {unread && <Unread day={day} again={unread} />}
      {said && (
        <ChoiceField
          form={{ values: { corrects: chosen }, set: (_, value) => want(value) }}
          name="corrects"
          label={said}
          options={options}
        />
      )}
    </>
  );
  return { choice, pending, unread, instead: ways.find((p) => p.name === chosen) };
}

type Asking = { employee: string; onClose: () => void };

// Asks for a punch, in the place of an old one or not. Before it is known what the day has nothing is sent.
function Ask({ employee, title, first, old, onClose }: Asking & { title: string; first: Values; old?: Punch }) {
  const zone = useZone();
  const send = useAsk(employee);
  const form = useForm<Values>(first, { check });
  const { choice, pending, unread, instead } = useInstead(employee, form.values, old);
  const submit = () => (unread ? unread() : form.run((v) => send(v, instead?.name).then(onClose)));
  const which = { kind: word("kind", instead?.kind), time: timeOf(instead, zone, true) };
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="muted">{old ? t("correction.askReplaceLead", which) : t("correction.askLead")}</p>
      <FormBody form={form} onSubmit={submit}>
        <Fields form={form}>{choice}</Fields>
        <Buttons busy={form.busy || pending} action={t("correction.send")} onClose={onClose} />
      </FormBody>
    </Dialog>
  );
}

/** Asks for a punch that somebody else has to approve. */
export function AskCorrection({ date, ...asking }: Asking & { date: string }) {
  return <Ask {...asking} title={t("correction.ask")} first={{ kind: "CLOCK_IN", date, time: "", reason: "" }} />;
}

/** Asks for a punch in the place of one that is wrong, which somebody else has to approve. */
export function AskReplacement({ punch, ...asking }: Asking & { punch: Punch }) {
  return <Ask {...asking} title={t("correction.askReplace")} first={asItIs(punch, useZone())} old={punch} />;
}

const asItIs = (punch: Punch, zone: string): Values => ({
  kind: punch.kind ?? "CLOCK_IN",
  date: dateIn(new Date(punch.time ?? ""), zone),
  time: clock(punch.time, zone),
  reason: "",
});

export function CorrectPunch({ punch, onClose }: { punch: Punch; onClose: () => void }) {
  const zone = useZone();
  const change = useChange();
  const form = useForm<Values>(asItIs(punch, zone), { check });
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
