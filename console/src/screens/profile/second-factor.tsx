// 2段階認証: enrol with an authenticator app, confirm, keep the recovery codes.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { encode } from "uqr";
import { api, ask } from "../../api/client";
import { sessionQuery, useSession } from "../../api/session";
import { t } from "../../i18n";
import { ArrivalNotice } from "../../ui/arrival";
import { Button, CopyField } from "../../ui/button";
import { FormBody, useForm } from "../../ui/form";
import { SecretField, TextField } from "../../ui/inputs";
import { Badge, Card } from "../../ui/parts";
import { say } from "../../ui/toast";

type Step = { at: "start" } | { at: "enrolled"; secret: string; uri: string } | { at: "codes"; codes: string[] };

export function SecondFactor() {
  const { account } = useSession();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>({ at: "start" });
  // Whoever reads recovery codes has it on: the session is asked again only when they are kept.
  const on = step.at === "codes" || (account?.totpEnabled ?? false);
  const fresh = () =>
    Promise.all([queries.invalidateQueries(sessionQuery), queries.invalidateQueries({ queryKey: ["sessions"] })]);
  return (
    <Card title={t("totp.title")} action={<Badge tone={on ? "good" : "plain"}>{t(on ? "totp.on" : "totp.off")}</Badge>}>
      {step.at === "codes" ? (
        <Codes
          codes={step.codes}
          onDone={async () => {
            setStep({ at: "start" });
            await fresh();
          }}
        />
      ) : step.at === "enrolled" ? (
        <Confirm
          secret={step.secret}
          uri={step.uri}
          onDone={(codes) => setStep({ at: "codes", codes })}
          onCancel={() => setStep({ at: "start" })}
        />
      ) : on ? (
        <Active
          onCodes={(codes) => setStep({ at: "codes", codes })}
          onRemoved={async () => {
            say(t("totp.removed"));
            await fresh();
          }}
        />
      ) : (
        <Enrol onDone={(secret, uri) => setStep({ at: "enrolled", secret, uri })} />
      )}
    </Card>
  );
}

const codeWrong = { TOTP_CODE_WRONG: "totpCode" } as const;
const passwordWrong = { CREDENTIALS_WRONG: "password" } as const;
const needsPassword = (v: { password: string }) => ({
  password: v.password ? "" : t("form.required", { label: t("account.password") }),
});

function Enrol({ onDone }: { onDone: (secret: string, uri: string) => void }) {
  const form = useForm({ password: "" }, { check: needsPassword, reasons: passwordWrong });
  const submit = () =>
    form.run(async ({ password }) => {
      const made = await ask(api.POST("/v1/session/totp", { body: { password } }));
      onDone(made.secret ?? "", made.uri ?? "");
    });
  return (
    <FormBody form={form} onSubmit={submit}>
      <p>{t("totp.lead")}</p>
      <SecretField form={form} name="password" label={t("totp.password")} autoComplete="current-password" />
      <div className="buttons">
        <Button type="submit" look="primary" icon="shield" busy={form.busy}>
          {t("totp.start")}
        </Button>
      </div>
    </FormBody>
  );
}

function Confirm({
  secret,
  uri,
  onDone,
  onCancel,
}: {
  secret: string;
  uri: string;
  onDone: (codes: string[]) => void;
  onCancel: () => void;
}) {
  const form = useForm({ totpCode: "" }, { reasons: codeWrong });
  const submit = () =>
    form.run(async ({ totpCode }) =>
      onDone(
        (await ask(api.POST("/v1/session/totp:confirm", { body: { totpCode: totpCode.replace(/\s/g, "") } })))
          .recoveryCodes,
      ),
    );
  return (
    <FormBody form={form} onSubmit={submit}>
      <p>{t("totp.scan")}</p>
      <div className="row top">
        <Qr text={uri} />
        <div className="stack tight grow">
          <span className="small muted">{t("totp.byHand")}</span>
          <CopyField value={secret} label={t("totp.secret")} />
        </div>
      </div>
      <TextField
        form={form}
        name="totpCode"
        label={t("totp.code")}
        hint={t("totp.confirmHint")}
        className="otp"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={8}
        autoFocus
      />
      <div className="buttons">
        <Button type="submit" look="primary" busy={form.busy}>
          {t("totp.confirm")}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
      </div>
    </FormBody>
  );
}

function Qr({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 0 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={t("totp.qr")}
      shapeRendering="crispEdges"
    >
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(codes.join("\n"))}`;
  return (
    <div className="stack">
      <ArrivalNotice tone="warn" level="h3" title={t("totp.codesTitle")}>
        {t("totp.codesLead")}
      </ArrivalNotice>
      <ul className="recovery">
        {codes.map((c) => (
          <li key={c}>{c}</li>
        ))}
      </ul>
      <div className="buttons">
        <Button look="primary" onClick={onDone}>
          {t("totp.codesKept")}
        </Button>
        <a className="button secondary" href={file} download="dakoku-recovery-codes.txt">
          {t("totp.codesSave")}
        </a>
      </div>
    </div>
  );
}

function Active({ onCodes, onRemoved }: { onCodes: (codes: string[]) => void; onRemoved: () => void }) {
  const form = useForm(
    { password: "", totpCode: "" },
    { check: needsPassword, reasons: { ...codeWrong, ...passwordWrong } },
  );
  const proof = (v: { password: string; totpCode: string }) => ({
    password: v.password,
    totpCode: v.totpCode.replace(/\s/g, ""),
  });
  const renew = () =>
    form.run(async (v) =>
      onCodes((await ask(api.POST("/v1/session/totp:renewRecoveryCodes", { body: proof(v) }))).recoveryCodes),
    );
  const remove = () =>
    form.run(async (v) => {
      await ask(api.POST("/v1/session/totp:remove", { body: proof(v) }));
      onRemoved();
    });
  return (
    <FormBody form={form} onSubmit={renew}>
      <p>{t("totp.active")}</p>
      <div className="columns">
        <SecretField form={form} name="password" label={t("account.password")} autoComplete="current-password" />
        <TextField
          form={form}
          name="totpCode"
          label={t("totp.code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
        />
      </div>
      <div className="buttons">
        <Button type="submit" busy={form.busy}>
          {t("totp.renew")}
        </Button>
        <Button look="danger-quiet" onClick={remove}>
          {t("totp.remove")}
        </Button>
      </div>
    </FormBody>
  );
}
