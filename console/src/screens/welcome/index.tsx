// The screens in front of the log-in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, ask } from "../../api/client";
import { sessionQuery } from "../../api/session";
import { t } from "../../i18n";
import { Brand, LanguageChoice } from "../../shell/brand";
import { isSetupOpen } from "../../shell/setup-state";
import { Arrival } from "../../ui/arrival";
import { Button, ButtonLink } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SecretField } from "../../ui/inputs";
import { Notice, PageHead } from "../../ui/parts";
import { invitationSecret } from "./invitation-secret";
import { LogInForm } from "./log-in-form";
import { ProviderButton } from "./openid";
import { safe } from "./safe";

export { ProviderReturn } from "./openid";
export { SetUp } from "./set-up";

export function Welcome({ broad, children }: { broad?: boolean; children: ReactNode }) {
  return (
    <div className={`welcome${broad ? " broad" : ""}`}>
      <Brand />
      <main className="card">
        <div className="body stack">{children}</div>
      </main>
      <LanguageChoice />
    </div>
  );
}

export function LogIn() {
  const { next, other } = useSearch({ strict: false }) as { next?: string; other?: boolean };
  const queries = useQueryClient();
  // Another tab may log in meanwhile: whoever comes back to this one is led on as well.
  const { data: session } = useQuery({ ...sessionQuery, refetchOnMount: false, refetchOnWindowFocus: "always" });
  const navigate = useNavigate();
  const enter = async () => {
    queries.clear();
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await navigate({ to: safe(next), replace: true });
  };
  if (session && !other) return <Navigate to={safe(next)} replace />;
  return (
    <Welcome>
      <PageHead title={t("login.title")} />
      {next && <p className="muted">{t("login.next")}</p>}
      <LogInForm help onDone={enter} />
      <ProviderButton next={safe(next)} />
      {isSetupOpen() && (
        <Notice title={t("login.setupTitle")}>
          <ButtonLink to="/setup" small>
            {t("login.setup")}
          </ButtonLink>
        </Notice>
      )}
    </Welcome>
  );
}

export function AcceptInvitation() {
  const [done, setDone] = useState(false);
  const form = useForm(
    { password: "", again: "" },
    {
      check: (v) => ({
        password: v.password.length >= 8 ? "" : t("password.short"),
        again: v.again === v.password ? "" : t("password.differs"),
      }),
    },
  );
  if (invitationSecret() === "") {
    return (
      <Welcome>
        <PageHead title={t("invitation.title")} />
        <Notice tone="warn" title={t("invitation.gone")}>
          {t("invitation.goneMore")}
        </Notice>
        <ButtonLink to="/login" search={{ other: true } as never} look="primary" wide>
          {t("login.title")}
        </ButtonLink>
      </Welcome>
    );
  }
  if (done) {
    return (
      <Welcome>
        <Arrival label={t("invitation.done")}>
          <PageHead title={t("invitation.done")} />
          <Notice tone="good" title={t("invitation.doneMore")} />
          <ButtonLink to="/login" search={{ other: true } as never} look="primary" wide>
            {t("login.title")}
          </ButtonLink>
        </Arrival>
      </Welcome>
    );
  }
  const submit = () =>
    form.run(async ({ password }) => {
      await ask(api.POST("/v1/invitations:accept", { body: { secret: invitationSecret(), password } }));
      setDone(true);
    });
  return (
    <Welcome>
      <PageHead title={t("invitation.title")} lead={t("invitation.lead")} />
      <FormBody form={form} onSubmit={submit}>
        <SecretField
          form={form}
          name="password"
          label={t("password.new")}
          hint={t("password.hint")}
          autoComplete="new-password"
          autoFocus
        />
        <SecretField form={form} name="again" label={t("password.again")} autoComplete="new-password" />
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("invitation.button")}
        </Button>
      </FormBody>
      <ProviderButton invitation={invitationSecret()} />
    </Welcome>
  );
}
