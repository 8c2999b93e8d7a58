// 保存期間: for how long records are kept, what the next purge does, and what keeps them longer.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { FormBody, useForm } from "../../ui/form";
import { TextField } from "../../ui/inputs";
import { Card, Failure, PageHead, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { useActorNames } from "../attendance/queries";
import { employeesQuery } from "../employees/queries";
import { LegalHolds } from "./legal-holds";
import { Preview } from "./preview";
import { holdsQuery, previewQuery, type Retention, retentionQuery, versionsQuery, yearsAllowed } from "./queries";

export function RetentionScreen() {
  const retention = useQuery(retentionQuery);
  // All parts at once, so that none pushes the next away.
  const parts = [
    retention,
    useQuery(versionsQuery),
    useQuery(holdsQuery),
    useInfiniteQuery(previewQuery),
    useQuery(employeesQuery),
  ];
  // Once they are there, or failed, they stay: each of them asks anew for itself.
  const [shown, show] = useState(false);
  if (!shown && !parts.some((q) => q.isLoading)) show(true);
  if (!shown)
    return (
      <div className="stack">
        <Head />
        <Card>
          <Skeleton rows={12} />
        </Card>
      </div>
    );
  return (
    <div className="stack">
      <Head />
      {retention.error && <Failure error={retention.error} retry={retention.refetch} />}
      {retention.data && (
        <Card title={t("retention.yearsTitle")} foot={<Versions />}>
          <Years key={retention.data.etag} retention={retention.data} />
        </Card>
      )}
      <LegalHolds />
      <Preview />
    </div>
  );
}

function Head() {
  return (
    <PageHead
      title={t("retention.title")}
      lead={t("retention.lead")}
      crumbs={[{ to: "/settings", label: t("nav.settings") }]}
    />
  );
}

function Years({ retention }: { retention: Retention }) {
  const queries = useQueryClient();
  const write = useMay()("settings.write");
  const [dialog, confirm] = useConfirm();
  const form = useForm(
    { years: String(retention.years) },
    {
      check: (v) => {
        const years = Number(v.years);
        const fits = Number.isInteger(years) && years >= yearsAllowed.least && years <= yearsAllowed.most;
        return { years: fits ? "" : t("retention.yearsWrong", yearsAllowed) };
      },
    },
  );
  const store = async (years: number) => {
    await ask(api.PATCH("/v1/retention", { body: { years, etag: retention.etag } }));
    await queries.invalidateQueries({ queryKey: ["retention"] });
    say(t("action.saved"));
  };
  // Fewer years are in force at once, and what a purge has removed is gone.
  const submit = () =>
    form.run(async (v) => {
      const years = Number(v.years);
      if (years >= retention.years) return store(years);
      confirm({
        title: t("retention.shorter", { years }),
        text: t("retention.shorterText", { years }),
        action: t("retention.shorterDo"),
        danger: true,
        run: () => store(years),
      });
    });
  return (
    <>
      {dialog}
      <FormBody form={form} onSubmit={submit}>
        <TextField
          form={form}
          name="years"
          label={t("retention.years")}
          hint={t("retention.yearsHint")}
          type="number"
          inputMode="numeric"
          min={yearsAllowed.least}
          max={yearsAllowed.most}
          readOnly={!write}
          short
        />
        {write && (
          <div className="buttons">
            <Button type="submit" look="primary" busy={form.busy}>
              {t("action.save")}
            </Button>
          </div>
        )}
      </FormBody>
    </>
  );
}

function Versions() {
  const versions = useQuery(versionsQuery);
  const actor = useActorNames();
  const zone = useZone();
  if (!versions.data || versions.data.length === 0) return <p className="small muted">{t("retention.default")}</p>;
  return (
    <details>
      <summary>{t("retention.versions")}</summary>
      <ul className="list small">
        {versions.data.map((v) => (
          <li key={v.version}>
            {t("retention.version", {
              time: moment(v.updateTime, zone),
              years: v.years,
              who: actor(v.actor) || t("actor.unknown"),
            })}
          </li>
        ))}
      </ul>
    </details>
  );
}
