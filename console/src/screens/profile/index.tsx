// One's own account: password, second factor, sessions, language, appearance.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useSession, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { LanguageChoice } from "../../shell/brand";
import { applyTheme, type Theme, theme } from "../../shell/theme";
import { Button } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SecretField } from "../../ui/inputs";
import { Badge, Card, Facts, Failure, PageHead, Segments, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { SecondFactor } from "./second-factor";

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
      <Sessions />
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

function Sessions() {
  const zone = useZone();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: async () => (await ask(api.GET("/v1/sessions", { params: { query: { pageSize: 500 } } }))).sessions,
  });
  const end = async (name: string) => {
    try {
      await ask(api.DELETE("/v1/sessions/{session}", { params: { path: { session: idOf(name) } } }));
      say(t("sessions.ended"));
    } catch (error) {
      say((error as Error).message, "bad");
    }
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  return (
    <Card title={t("sessions.title")}>
      {sessions.isPending ? (
        <Skeleton rows={3} />
      ) : sessions.error ? (
        <Failure error={sessions.error} />
      ) : (
        <ul className="plain stack">
          {sessions.data.map((s) => (
            <li key={s.name} className="row spread">
              <span className="grow">
                <span className="row">
                  <strong>{browser(s.userAgent)}</strong>
                  {s.current && <Badge tone="good">{t("sessions.this")}</Badge>}
                </span>
                <span className="small muted block">
                  {[
                    s.address,
                    t("sessions.used", { ago: ago(s.useTime) }),
                    t("sessions.since", { time: moment(s.createTime, zone) }),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
              </span>
              {!s.current && (
                <Button small look="danger-quiet" onClick={() => end(s.name)}>
                  {t("sessions.end")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

// What the browser calls itself, in a word or two.
function browser(agent: string | undefined): string {
  if (!agent) return t("sessions.unknown");
  const name = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrome\//.test(agent)
        ? "Chrome"
        : /Safari\//.test(agent)
          ? "Safari"
          : agent.split(/[ /]/)[0];
  const system = /Windows/.test(agent)
    ? "Windows"
    : /iPhone|iPad/.test(agent)
      ? "iOS"
      : /Android/.test(agent)
        ? "Android"
        : /Mac OS/.test(agent)
          ? "macOS"
          : /Linux/.test(agent)
            ? "Linux"
            : "";
  return [name, system].filter(Boolean).join(" / ");
}
