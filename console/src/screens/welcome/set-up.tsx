import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, ask } from "../../api/client";
import { sessionQuery } from "../../api/session";
import { language, t } from "../../i18n";
import { setupIsDone } from "../../shell/setup-state";
import { Button, ButtonLink } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SecretField, SelectField, TextField } from "../../ui/inputs";
import { Notice, PageHead } from "../../ui/parts";
import { closingDays, zones } from "../settings/choices";
import { Welcome } from ".";

/** The first administrator, the company, its zone and its closing day. */
export function SetUp() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm(
    {
      setupSecret: "",
      company: "",
      timeZone: "Asia/Tokyo",
      closingDay: "31",
      locale: language() as string,
      administratorName: "",
      email: "",
      password: "",
      again: "",
    },
    {
      draft: "setup",
      secret: ["setupSecret", "password", "again"],
      reasons: { SETUP_SECRET_WRONG: "setupSecret" },
      check: (v) => {
        const must = (value: string, label: string) => (value.trim() ? "" : t("form.required", { label }));
        return {
          setupSecret: must(v.setupSecret, t("setup.secret")),
          company: must(v.company, t("company.name")),
          administratorName: must(v.administratorName, t("account.name")),
          email: must(v.email, t("account.email")),
          password: v.password.length >= 15 ? "" : t("password.short15"),
          again: v.again === v.password ? "" : t("password.differs"),
        };
      },
    },
  );
  const submit = () =>
    form.run(async (v) => {
      await ask(
        api.POST("/v1/setup", {
          body: {
            setupSecret: v.setupSecret.trim(),
            organization: { name: v.company, timeZone: v.timeZone, locale: v.locale, closingDay: Number(v.closingDay) },
            administrator: { email: v.email.trim(), name: v.administratorName, password: v.password },
          },
        }),
      );
      setupIsDone();
      queries.clear();
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: "/settings/integrations", replace: true });
    });
  const problemOf = {
    ...form,
    problem: (name: string) => form.problem(name as "email") || serverProblem(form.failure, name),
  };
  return (
    <Welcome broad>
      <PageHead title={t("setup.title")} lead={t("setup.lead")} />
      {form.failure?.reason === "SETUP_DONE" && (
        <Notice title={t("setup.done")}>
          <ButtonLink to="/login" small>
            {t("login.title")}
          </ButtonLink>
        </Notice>
      )}
      <FormBody
        form={form}
        names={[...Object.keys(form.values), "organization.name", "administrator.name"]}
        onSubmit={submit}
      >
        <SecretField
          form={form}
          name="setupSecret"
          label={t("setup.secret")}
          hint={t("setup.secretHint")}
          placeholder="dks_…"
          autoComplete="off"
          must
        />
        <h2>{t("setup.company")}</h2>
        <TextField
          form={problemOf as typeof form}
          name="company"
          label={t("company.name")}
          autoComplete="organization"
          must
        />
        <div className="columns">
          <SelectField form={form} name="timeZone" label={t("company.zone")} options={zones()} />
          <SelectField
            form={form}
            name="closingDay"
            label={t("company.closingDay")}
            hint={t("company.closingHint")}
            options={closingDays()}
          />
        </div>
        <SelectField
          form={form}
          name="locale"
          label={t("company.locale")}
          options={[
            { value: "ja", label: "日本語" },
            { value: "en", label: "English" },
          ]}
          short
        />
        <h2>{t("setup.administrator")}</h2>
        <div className="columns">
          <TextField
            form={problemOf as typeof form}
            name="administratorName"
            label={t("account.name")}
            autoComplete="name"
            must
          />
          <TextField form={form} name="email" label={t("account.email")} type="email" autoComplete="username" must />
        </div>
        <div className="columns">
          <SecretField
            form={form}
            name="password"
            label={t("account.password")}
            hint={t("password.hint15")}
            autoComplete="new-password"
            must
          />
          <SecretField form={form} name="again" label={t("password.again")} autoComplete="new-password" must />
        </div>
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("setup.button")}
        </Button>
      </FormBody>
    </Welcome>
  );
}

// The form has two names; the door calls both "name".
function serverProblem(failure: { fields: { field: string; text: string }[] } | null, name: string): string {
  const path = { company: "organization.name", administratorName: "administrator.name" }[name];
  return failure?.fields.find((f) => f.field === path)?.text ?? "";
}
