// One's own account: password, second factor, sessions, language, appearance.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { useSession } from "../../api/session";
import { t, word } from "../../i18n";
import { LanguageChoice } from "../../shell/brand";
import { applyTheme, type Theme, theme } from "../../shell/theme";
import { Button } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SecretField } from "../../ui/inputs";
import { Card, Facts, PageHead, Segments } from "../../ui/parts";
import { say } from "../../ui/toast";
import { SecondFactor } from "./second-factor";
import { OwnSessions } from "./sessions";

export function Profile() {
  const { account, organization } = useSession();
  const [look, setLook] = useState<Theme>(theme());
  return (
    <div className="stack measure">
      <PageHead title={t("profile.title")} />
      <Card title={account?.displayName}>
        <Facts
          items={[
            [t("account.email"), account?.email],
            [t("account.role"), word("role", account?.role)],
            [t("company.name"), organization?.name],
          ]}
        />
      </Card>
      <Card title={t("profile.display")}>
        <div className="stack">
          <div className="row spread">
            <span>{t("language.label")}</span>
            <LanguageChoice />
          </div>
          <div className="row spread">
            <span>{t("theme.label")}</span>
            <Segments<Theme>
              label={t("theme.label")}
              value={look}
              onChange={(v) => {
                applyTheme(v);
                setLook(v);
              }}
              options={[
                { value: "system", label: t("theme.system") },
                { value: "light", label: t("theme.light") },
                { value: "dark", label: t("theme.dark") },
              ]}
            />
          </div>
        </div>
      </Card>
      {!account?.openIdBound && <Password />}
      {(!account?.openIdBound || account.totpEnabled) && <SecondFactor />}
      <OwnSessions />
    </div>
  );
}

function Password() {
  const form = useForm(
    { password: "", newPassword: "", again: "" },
    {
      check: (v) => ({
        password: v.password ? "" : t("form.required", { label: t("password.now") }),
        newPassword: v.newPassword ? "" : t("form.required", { label: t("password.new") }),
        again: v.again === v.newPassword ? "" : t("password.differs"),
      }),
      reasons: { CREDENTIALS_WRONG: "password" },
    },
  );
  const queries = useQueryClient();
  const submit = () =>
    form.run(async ({ password, newPassword }) => {
      await ask(api.POST("/v1/session:changePassword", { body: { password, newPassword } }));
      say(t("password.changed"));
      form.restart();
      await queries.invalidateQueries({ queryKey: ["sessions"] });
    });
  return (
    <Card title={t("password.title")}>
      <FormBody form={form} onSubmit={submit}>
        <SecretField form={form} name="password" label={t("password.now")} autoComplete="current-password" />
        <SecretField
          form={form}
          name="newPassword"
          label={t("password.new")}
          hint={t("password.hint")}
          autoComplete="new-password"
        />
        <SecretField form={form} name="again" label={t("password.again")} autoComplete="new-password" />
        <p className="small muted">{t("password.ends")}</p>
        <div className="buttons">
          <Button type="submit" look="primary" busy={form.busy}>
            {t("password.change")}
          </Button>
        </div>
      </FormBody>
    </Card>
  );
}
