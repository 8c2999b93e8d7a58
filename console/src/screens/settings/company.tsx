import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { sessionQuery, useMay } from "../../api/session";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SelectField, TextField } from "../../ui/inputs";
import { Card, Facts, Failure, Notice, PageHead, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { closingDays, zones } from "./choices";

type Organization = Schemas["Organization"];

export function Company() {
  const company = useQuery({ queryKey: ["organization"], queryFn: () => ask(api.GET("/v1/organization")) });
  const may = useMay();
  return (
    <div className="stack measure">
      <PageHead title={t("company.title")} crumbs={[{ to: "/settings", label: t("nav.settings") }]} />
      {company.error ? (
        <Failure error={company.error} retry={company.refetch} />
      ) : !company.data ? (
        <Card>
          <Skeleton rows={5} />
        </Card>
      ) : may("organization.write") ? (
        <Editor company={company.data} />
      ) : (
        <Card>
          <Facts
            items={[
              [t("company.name"), company.data.name],
              [t("company.zone"), company.data.timeZone],
              [t("company.closingDay"), closingDays().find((d) => d.value === String(company.data.closingDay))?.label],
            ]}
          />
        </Card>
      )}
    </div>
  );
}

function Editor({ company }: { company: Organization }) {
  const queries = useQueryClient();
  const form = useForm(
    {
      name: company.name,
      timeZone: company.timeZone ?? "",
      locale: company.locale ?? "ja",
      closingDay: String(company.closingDay),
    },
    { draft: "company" },
  );
  const submit = () =>
    form.run(async (v) => {
      await ask(
        api.PATCH("/v1/organization", {
          body: {
            name: v.name,
            timeZone: v.timeZone,
            locale: v.locale,
            closingDay: Number(v.closingDay),
            etag: company.etag,
          },
        }),
      );
      say(t("action.saved"));
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["organization"] }),
        queries.invalidateQueries(sessionQuery),
      ]);
    });
  const moved = form.values.timeZone !== company.timeZone || form.values.closingDay !== String(company.closingDay);
  return (
    <Card>
      <FormBody form={form} onSubmit={submit}>
        <TextField form={form} name="name" label={t("company.name")} must />
        <div className="columns">
          <SelectField form={form} name="timeZone" label={t("company.zone")} options={zones()} />
          <SelectField
            form={form}
            name="closingDay"
            label={t("company.closingDay")}
            options={closingDays()}
            hint={t("company.closingHint")}
          />
        </div>
        <SelectField
          form={form}
          name="locale"
          label={t("company.locale")}
          short
          options={[
            { value: "ja", label: "日本語" },
            { value: "en", label: "English" },
          ]}
        />
        {moved && (
          <Notice tone="warn" title={t("company.moved")}>
            {t("company.movedMore")}
          </Notice>
        )}
        <div className="buttons">
          <Button type="submit" look="primary" busy={form.busy}>
            {t("action.save")}
          </Button>
        </div>
      </FormBody>
    </Card>
  );
}
