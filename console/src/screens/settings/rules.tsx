// 勤務ルール: how punches become days. A change holds from now on and moves no record.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment, typedClock } from "../../i18n/time";
import { Button } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { ChoiceField, TextField } from "../../ui/inputs";
import { Card, Failure, PageHead, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { workRulesQuery } from "./queries";

type Rules = Schemas["WorkRules"];
const seconds = (duration: string | undefined, otherwise: number) =>
  duration ? Number.parseFloat(duration) : otherwise;

// The door counts in seconds, and says so: what is typed here is checked in the unit of its field.
const inHours = (typed: string) => `${Math.round(Number(typed) * 60) * 60}s`;
const hoursWrong = (typed: string) => {
  const minutes = Math.round(Number(typed) * 60);
  return typed.trim() !== "" && minutes >= 1 && minutes <= 24 * 60 ? "" : t("rules.hoursWrong");
};
const secondsWrong = (typed: string) =>
  /^\d+$/.test(typed.trim()) && Number(typed) <= 600 ? "" : t("rules.secondsWrong");

export function WorkRules() {
  const rules = useQuery(workRulesQuery);
  return (
    <div className="stack measure">
      <PageHead
        title={t("rules.title")}
        lead={t("rules.lead")}
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      />
      {rules.error ? (
        <Failure error={rules.error} retry={rules.refetch} />
      ) : !rules.data ? (
        <Card>
          <Skeleton rows={6} />
        </Card>
      ) : (
        <Editor rules={rules.data} />
      )}
    </div>
  );
}

function Editor({ rules }: { rules: Rules }) {
  const queries = useQueryClient();
  const may = useMay();
  const zone = useZone();
  const form = useForm(
    {
      dayCutoff: rules.dayCutoff ?? "05:00",
      longestShift: String(seconds(rules.longestShift, 57_600) / 3_600),
      doubleTapWindow: String(seconds(rules.doubleTapWindow, 60)),
      undoWindow: String(seconds(rules.undoWindow, 60)),
      duplicatePolicy: rules.duplicatePolicy ?? "FIRST_IN_LAST_OUT",
      submittedPolicy: rules.submittedPolicy ?? "REFUSE",
    },
    {
      draft: "rules",
      check: (v) => ({
        dayCutoff: typedClock(v.dayCutoff) ? "" : t("form.timeWrong"),
        longestShift: hoursWrong(v.longestShift),
        doubleTapWindow: secondsWrong(v.doubleTapWindow),
        undoWindow: secondsWrong(v.undoWindow),
      }),
    },
  );
  const submit = () =>
    form.run(async (v) => {
      await ask(
        api.PUT("/v1/workRules", {
          body: {
            dayCutoff: typedClock(v.dayCutoff),
            longestShift: inHours(v.longestShift),
            doubleTapWindow: `${Number(v.doubleTapWindow)}s`,
            undoWindow: `${Number(v.undoWindow)}s`,
            duplicatePolicy: v.duplicatePolicy as "ERROR_ON_REPEAT",
            submittedPolicy: v.submittedPolicy as "HOLD",
            etag: rules.etag,
          },
        }),
      );
      say(t("action.saved"));
      await queries.invalidateQueries(workRulesQuery);
    });
  const choices = (group: string, values: string[]) =>
    values.map((v) => ({ value: v, label: word(group, v), more: word(`${group}More`, v) }));
  return (
    <Card>
      <FormBody form={form} onSubmit={submit}>
        <TextField
          form={form}
          name="dayCutoff"
          label={t("rules.cutoff")}
          hint={t("rules.cutoffHint")}
          inputMode="numeric"
          placeholder="05:00"
          short
        />
        <TextField
          form={form}
          name="longestShift"
          label={t("rules.longest")}
          hint={t("rules.longestHint")}
          type="number"
          min={1}
          max={24}
          step={0.5}
          short
        />
        <ChoiceField
          form={form}
          name="duplicatePolicy"
          label={t("rules.duplicate")}
          options={choices("duplicatePolicy", ["FIRST_IN_LAST_OUT", "ERROR_ON_REPEAT"])}
        />
        <TextField
          form={form}
          name="doubleTapWindow"
          label={t("rules.doubleTap")}
          hint={t("rules.doubleTapHint")}
          type="number"
          min={0}
          max={600}
          short
        />
        <TextField
          form={form}
          name="undoWindow"
          label={t("rules.undo")}
          hint={t("rules.undoHint")}
          type="number"
          min={0}
          max={600}
          short
        />
        <ChoiceField
          form={form}
          name="submittedPolicy"
          label={t("rules.submitted")}
          options={choices("submittedPolicy", ["REFUSE", "HOLD"])}
        />
        {rules.effectiveTime && (
          <p className="small muted">
            {t("rules.since", { time: moment(rules.effectiveTime, zone), version: rules.version ?? "" })}
          </p>
        )}
        {may("settings.write") && (
          <div className="buttons">
            <Button type="submit" look="primary" busy={form.busy}>
              {t("action.save")}
            </Button>
          </div>
        )}
      </FormBody>
    </Card>
  );
}
