import { t } from "../../i18n";
import type { Form } from "../../ui/form";
import { TextField } from "../../ui/inputs";

export type Step = "code" | "recovery";

/** What is sent of the second factor. */
export function secondOf(step: string, values: { totpCode: string; recoveryCode: string }) {
  if (step === "code") return { totpCode: values.totpCode.replace(/\s/g, "") };
  return step === "recovery" ? { recoveryCode: values.recoveryCode } : {};
}

/** What is wrong with the second factor before anybody is asked, by the field that stands there. */
export const secondMissing = (step: string, values: { totpCode: string; recoveryCode: string }) => ({
  totpCode: step !== "code" || values.totpCode.trim() ? "" : t("form.required", { label: t("totp.code") }),
  recoveryCode:
    step !== "recovery" || values.recoveryCode.trim() ? "" : t("form.required", { label: t("totp.recovery") }),
});

/** The code of the app, or a recovery code instead. */
export function SecondFields<T extends { totpCode: string; recoveryCode: string }>({
  form,
  step,
  focus = true,
}: {
  form: Form<T>;
  step: Step;
  focus?: boolean;
}) {
  return step === "code" ? (
    <TextField
      key="code"
      form={form}
      name="totpCode"
      label={t("totp.code")}
      hint={t("totp.codeHint")}
      className="otp"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={8}
      autoFocus={focus}
    />
  ) : (
    <TextField
      key="recovery" // another field, which takes the focus by itself
      form={form}
      name="recoveryCode"
      label={t("totp.recovery")}
      hint={t("totp.recoveryHint")}
      autoComplete="off"
      autoFocus={focus}
    />
  );
}
