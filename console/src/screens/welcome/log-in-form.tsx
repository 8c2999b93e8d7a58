import { useState } from "react";
import { api, ask } from "../../api/client";
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SecretField, TextField } from "../../ui/inputs";
import { SecondFields, type Step, secondMissing, secondOf } from "./second-fields";

type Props = { email?: string; help?: boolean; onDone: () => Promise<unknown> };

/** E-mail and password; then, for an account that has a second factor, its code. With help it says what to do without them. */
export function LogInForm({ email = "", help, onDone }: Props) {
  const [step, setStep] = useState<"password" | Step>("password");
  const form = useForm(
    { email, password: "", totpCode: "", recoveryCode: "" },
    {
      check: (v) => ({
        email: v.email.trim() ? "" : t("form.required", { label: t("account.email") }),
        password: v.password ? "" : t("form.required", { label: t("account.password") }),
        ...secondMissing(step, v),
      }),
      reasons: { TOTP_CODE_WRONG: step === "recovery" ? "recoveryCode" : "totpCode" },
    },
  );
  const submit = () =>
    form.run(async ({ email, password, ...second }) => {
      try {
        await ask(api.POST("/v1/session", { body: { email: email.trim(), password, ...secondOf(step, second) } }));
      } catch (error) {
        if (step === "password" && error instanceof ApiError && error.reason === "TOTP_REQUIRED") {
          setStep("code");
          return;
        }
        throw error;
      }
      await onDone();
    });
  // What was wrong with one step is not so with another.
  const go = (next: typeof step) => {
    form.setFailure(null);
    setStep(next);
  };
  return (
    <FormBody form={form} onSubmit={submit}>
      {step === "password" ? (
        <>
          <TextField
            form={form}
            name="email"
            label={t("account.email")}
            type="email"
            autoComplete="username"
            autoFocus={!email}
            readOnly={email !== ""}
          />
          <SecretField
            form={form}
            name="password"
            label={t("account.password")}
            autoComplete="current-password"
            autoFocus={email !== ""}
          />
        </>
      ) : (
        <SecondFields form={form} step={step} />
      )}
      <Button type="submit" look="primary" wide busy={form.busy}>
        {t("login.button")}
      </Button>
      {step !== "password" && (
        <>
          <Button look="quiet" small onClick={() => go(step === "code" ? "recovery" : "code")}>
            {t(step === "code" ? "login.useRecovery" : "login.useCode")}
          </Button>
          <Button look="quiet" small onClick={() => go("password")}>
            {t("login.usePassword")}
          </Button>
        </>
      )}
      {help && <p className="small muted">{t(step === "password" ? "login.forgotten" : "login.lost")}</p>}
    </FormBody>
  );
}
