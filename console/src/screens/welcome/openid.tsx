// Logging in with an account of the company, at the provider that the door names.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { api, ask } from "../../api/client";
import { type ApiError, asApiError } from "../../api/error";
import { sessionQuery } from "../../api/session";
import { t } from "../../i18n";
import { Button, ButtonLink } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { Failure, Notice, PageHead, Skeleton } from "../../ui/parts";
import { Welcome } from ".";
import { isProof, tellProof } from "./openid-proof";
import { keepNext, nextKept, providerName, providerReturn } from "./openid-return";
import { SecondFields, type Step, secondOf } from "./second-fields";

/** The button that leads to the provider; nothing where there is none. */
export function ProviderButton({ invitation = "", next = "/" }: { invitation?: string; next?: string }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const name = providerName();
  if (name === "") return null;
  const leave = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { authorizationUri } = await ask(api.POST("/v1/session:beginOpenIdLogin", { body: { invitation } }));
      keepNext(next);
      location.assign(authorizationUri ?? "/login");
    } catch (error) {
      setFailure(asApiError(error));
      setBusy(false);
    }
  };
  return (
    <>
      <Button wide busy={busy} onClick={leave}>
        {t(invitation ? "openid.bind" : "openid.button", { name })}
      </Button>
      {failure && <Failure error={failure} />}
    </>
  );
}

/** Where the provider sends the browser back. */
export function ProviderReturn() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step | "wait" | "lost" | "proved">("wait");
  const [failure, setFailure] = useState<ApiError | null>(null);
  const form = useForm({ totpCode: "", recoveryCode: "" });
  const begun = useRef(false);
  const back = providerReturn();
  const [proof] = useState(() => isProof(back.state));

  const finish = async (second: { totpCode?: string; recoveryCode?: string }) => {
    await ask(api.POST("/v1/session:finishOpenIdLogin", { body: { ...back, ...second } }));
    if (proof) {
      tellProof();
      setStep("proved");
      window.close();
      return;
    }
    queries.clear();
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await navigate({ to: nextKept(), replace: true });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a code works once, so it is sent once
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    if (back.state === "" || back.code === "") {
      setStep("lost");
      return;
    }
    finish({}).catch((thrown) => {
      const error = asApiError(thrown);
      if (error.reason === "TOTP_REQUIRED") {
        setStep("code");
        return;
      }
      setFailure(error);
      setStep("lost");
    });
  }, []);

  if (step === "wait") {
    return (
      <Welcome>
        <PageHead title={t("openid.title")} />
        <Skeleton rows={2} />
      </Welcome>
    );
  }
  if (step === "proved") {
    return (
      <Welcome>
        <PageHead title={t("proof.title")} />
        <Notice tone="good" title={t("proof.done")} />
      </Welcome>
    );
  }
  if (step === "lost") {
    return (
      <Welcome>
        <PageHead title={t("openid.title")} />
        {failure ? <Failure error={failure} /> : <Notice tone="warn" title={t("openid.lost")} />}
        {proof ? (
          <p className="muted">{t("proof.failed")}</p>
        ) : (
          <ButtonLink to="/login" search={{ other: true } as never} look="primary" wide>
            {t("login.title")}
          </ButtonLink>
        )}
      </Welcome>
    );
  }
  return (
    <Welcome>
      <PageHead title={t("openid.title")} />
      <FormBody form={form} onSubmit={() => form.run((values) => finish(secondOf(step, values)))}>
        <SecondFields form={form} step={step} />
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("login.button")}
        </Button>
        <Button look="quiet" small onClick={() => setStep(step === "code" ? "recovery" : "code")}>
          {t(step === "code" ? "login.useRecovery" : "login.useCode")}
        </Button>
      </FormBody>
    </Welcome>
  );
}
