// What is sensitive asks for a proof of identity that is not older than ten
// minutes: it is given here, over the screen as it is, and what was asked for is
// done after all.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, ask, proveWith } from "../api/client";
import { asApiError } from "../api/error";
import { sessionQuery, useSession } from "../api/session";
import { t } from "../i18n";
import { ProviderProof } from "../screens/welcome/openid-proof";
import { SecondFields, type Step, secondMissing, secondOf } from "../screens/welcome/second-fields";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { FormBody, useForm } from "../ui/form";
import { SecretField, TextField } from "../ui/inputs";

type Waiting = { promise: Promise<boolean>; done: (proved: boolean) => void };

/** Asks for the proof while somebody waits for one; all who wait get the one answer. */
export function ProofGate() {
  const { account } = useSession();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const waiting = useRef<Waiting | null>(null);
  useEffect(() => {
    proveWith(() => {
      if (!waiting.current) {
        let done = (_: boolean) => {};
        const promise = new Promise<boolean>((resolve) => {
          done = resolve;
        });
        waiting.current = { promise, done };
        setAsked(true);
      }
      return waiting.current.promise;
    });
    return () => {
      proveWith(null);
      waiting.current?.done(false); // nobody is left to prove anything
      waiting.current = null;
    };
  }, []);
  const end = (proved: boolean) => {
    waiting.current?.done(proved);
    waiting.current = null;
    setAsked(false);
  };
  if (!asked) return null;
  return (
    <Dialog title={t("proof.title")} onClose={() => end(false)}>
      <p className="muted">{t(account?.openIdBound ? "proof.openid" : "proof.text")}</p>
      {account?.openIdBound ? (
        <ProviderProof onDone={() => end(true)} onCancel={() => end(false)} />
      ) : (
        <PasswordProof
          email={account?.email ?? ""}
          second={account?.totpEnabled === true}
          onSecond={() => queries.invalidateQueries(sessionQuery)}
          onDone={() => end(true)}
          onCancel={() => end(false)}
        />
      )}
    </Dialog>
  );
}

type PasswordProofProps = {
  email: string;
  second: boolean;
  /** The door wants a second factor of which this window does not know yet. */
  onSecond: () => Promise<unknown>;
  onDone: () => void;
  onCancel: () => void;
};

/** The password and, where the account has it, the second factor. */
function PasswordProof({ email, second, onSecond, onDone, onCancel }: PasswordProofProps) {
  const [step, setStep] = useState<Step>("code");
  const field = step === "code" ? "totpCode" : "recoveryCode";
  const form = useForm(
    { email, password: "", totpCode: "", recoveryCode: "" },
    {
      check: (v) => ({
        password: v.password ? "" : t("form.required", { label: t("account.password") }),
        ...(second ? secondMissing(step, v) : {}),
      }),
      reasons: { CREDENTIALS_WRONG: "password", TOTP_CODE_WRONG: field },
    },
  );
  const submit = async () => {
    const proved = await form.run(async ({ password, totpCode, recoveryCode }) => {
      try {
        const factor = second ? secondOf(step, { totpCode, recoveryCode }) : {};
        await ask(api.POST("/v1/session:prove", { body: { password, ...factor } }));
      } catch (error) {
        if (asApiError(error).reason === "TOTP_REQUIRED") await onSecond(); // it was switched on elsewhere meanwhile
        throw error;
      }
    });
    if (proved) onDone();
  };
  return (
    <FormBody form={form} onSubmit={submit}>
      <TextField form={form} name="email" label={t("account.email")} type="email" autoComplete="username" readOnly />
      <SecretField form={form} name="password" label={t("account.password")} autoComplete="current-password" />
      {second && (
        <>
          <SecondFields form={form} step={step} focus={false} />
          <div>
            <Button look="quiet" small onClick={() => setStep(step === "code" ? "recovery" : "code")}>
              {t(step === "code" ? "login.useRecovery" : "login.useCode")}
            </Button>
          </div>
        </>
      )}
      <div className="buttons">
        <Button look="secondary" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
        <Button type="submit" look="primary" busy={form.busy}>
          {t("proof.button")}
        </Button>
      </div>
    </FormBody>
  );
}
