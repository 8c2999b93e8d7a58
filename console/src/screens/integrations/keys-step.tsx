// Step 7 of the guide: the keys of the LINE WORKS Developer Console.
import { useState } from "react";
import { t } from "../../i18n";
import { Button, FileButton } from "../../ui/button";
import { useDrop } from "../../ui/drop";
import type { Form } from "../../ui/form";
import { AreaField, ChoiceField, SecretField, TextField } from "../../ui/inputs";
import { Badge, Card, Facts, Notice } from "../../ui/parts";
import { KeyFileError, readKey } from "./key-file";
import { Manual } from "./manual";
import type { Credentials } from "./queries";
import { type GuideValues, waits } from "./values";

type Props = { form: Form<GuideValues>; stored: Credentials | null };

export function KeysStep({ form, stored }: Props) {
  const v1 = form.values.apiVersion === "V1";
  return (
    <Card title={t("guide.keys.title")} action={stored && <Badge tone="good">{t("guide.keys.stored")}</Badge>} flush>
      <div className="beside">
        <div className="do">
          {form.values.keepKeys && stored ? (
            <>
              <p>{t("guide.keys.kept")}</p>
              <KeyFacts credentials={stored} />
              <div>
                <Button icon="edit" onClick={() => form.set("keepKeys", false)}>
                  {t("guide.keys.replace")}
                </Button>
              </div>
            </>
          ) : (
            <>
              <p>{t("guide.keys.lead")}</p>
              {stored && (
                <Notice title={t("guide.keys.replaceMore")}>
                  <Button small onClick={() => form.set("keepKeys", true)}>
                    {t("guide.keys.keep")}
                  </Button>
                </Notice>
              )}
              {form.restored && <Notice title={t("guide.keys.again")} />}
              <ChoiceField
                form={form}
                name="apiVersion"
                label="API Interface"
                beside
                options={[
                  { value: "V2", label: "API 2.0", more: t("guide.keys.v2") },
                  { value: "V1", label: "API 1.0", more: t("guide.keys.v1") },
                ]}
              />
              {v1 ? <V1Fields form={form} /> : <V2Fields form={form} />}
              {stored && <Change form={form} stored={stored} />}
            </>
          )}
        </div>
        {v1 ? (
          <Manual
            title={t("manual.console")}
            steps={["manual.v1.1", "manual.v1.2", "manual.v1.3", "manual.v1.4"]}
            note={t("manual.v1.note")}
          />
        ) : (
          <Manual
            title={t("manual.console")}
            steps={["manual.v2.1", "manual.v2.2", "manual.v2.3", "manual.v2.4", "manual.v2.5"]}
            note={t("manual.v2.note")}
          />
        )}
      </div>
    </Card>
  );
}

// Keys beside others: at once, or when they were tested.
function Change({ form, stored }: { form: Form<GuideValues>; stored: Credentials }) {
  const shown = { ...form, values: { ...form.values, change: waits(form.values, stored) ? "LATER" : "NOW" } };
  return (
    <>
      <ChoiceField
        form={shown}
        name="change"
        label={t("keySet.change")}
        beside
        options={[
          { value: "NOW", label: t("keySet.now"), more: t("keySet.nowMore") },
          { value: "LATER", label: t("keySet.later"), more: t("keySet.laterMore") },
        ]}
      />
      {stored.staged && <Notice title={t("keySet.replaces")} />}
    </>
  );
}

const plain = { autoComplete: "off", spellCheck: false, autoCapitalize: "off" } as const;

function V2Fields({ form }: { form: Form<GuideValues> }) {
  return (
    <>
      <div className="kinds">
        <TextField form={form} name="clientId" label="Client ID" must {...plain} />
        <SecretField form={form} name="clientSecret" label="Client Secret" must {...plain} />
      </div>
      <TextField
        form={form}
        name="serviceAccount"
        label="Service Account"
        placeholder="xxxxx.serviceaccount@example"
        must
        {...plain}
      />
      <KeyFile form={form} name="privateKey" label="Private Key" />
      <div className="kinds">
        <TextField form={form} name="botId" label="Bot ID" inputMode="numeric" must {...plain} />
        <SecretField form={form} name="botSecret" label="Bot Secret" must {...plain} />
      </div>
    </>
  );
}

function V1Fields({ form }: { form: Form<GuideValues> }) {
  return (
    <>
      <div className="kinds">
        <SecretField form={form} name="apiId" label="API ID" must {...plain} />
        <SecretField form={form} name="serverApiConsumerKey" label="Server API Consumer Key" must {...plain} />
      </div>
      <div className="kinds">
        <TextField form={form} name="serverId" label="Server ID" must {...plain} />
        <TextField form={form} name="botNo" label="Bot No." inputMode="numeric" must {...plain} />
      </div>
      <KeyFile form={form} name="authKey" label={t("guide.keys.authKey")} />
    </>
  );
}

// A key comes as a file: drop it, choose it, or paste what is in it.
function KeyFile({ form, name, label }: { form: Form<GuideValues>; name: "privateKey" | "authKey"; label: string }) {
  const [read, setRead] = useState({ file: "", key: "" });
  const take = async (file: File) => {
    try {
      const key = await readKey(file, label);
      form.set(name, key);
      setRead({ file: file.name, key });
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      form.refuse(name, error.message);
    }
  };
  const { over, zone } = useDrop(take);
  const file = form.values[name] === read.key && read.file; // what is typed or given up since is not of the file
  return (
    <div className="stack tight" {...zone}>
      <AreaField
        form={form}
        name={name}
        label={label}
        must
        mono
        rows={4}
        placeholder="-----BEGIN PRIVATE KEY-----"
        hint={t("guide.keys.paste")}
      />
      <div className={`drop${over ? " over" : ""}`}>
        <span className="small muted">{file ? t("guide.keys.read", { file }) : t("guide.keys.drop")}</span>
        <FileButton small icon={file ? "circleCheck" : "upload"} accept=".key,.pem,.txt" take={take}>
          {t("guide.keys.choose")}
        </FileButton>
      </div>
    </div>
  );
}

/** An address, which breaks at its domain where it is too long for a line. */
function Address({ value }: { value: string }) {
  const [name, domain] = value.split(/(?=@)/);
  return (
    <code className="address">
      {name}
      <wbr />
      {domain}
    </code>
  );
}

/** Keys, stored or just checked: names in clear, secrets as fingerprints, and what LINE WORKS said of the bot. */
export function KeyFacts({ credentials: c }: { credentials: Credentials }) {
  const bot = (number: string | undefined) =>
    number && (
      <div className="stack tight">
        <code>{number}</code>
        {c.botMessage && <Notice tone={c.botFound ? "good" : "warn"} title={c.botMessage} />}
      </div>
    );
  const print = (value: string | undefined) =>
    value && (
      <>
        <code>{value}</code> <span className="small muted">{t("guide.keys.fingerprint")}</span>
      </>
    );
  return (
    <Facts
      items={[
        ["API Interface", c.apiVersion === "V1" ? "API 1.0" : "API 2.0"],
        ["Client ID", c.clientId && <code>{c.clientId}</code>],
        ["Client Secret", print(c.fingerprints?.clientSecret)],
        ["Service Account", c.serviceAccount && <Address value={c.serviceAccount} />],
        [c.apiVersion === "V1" ? t("guide.keys.authKey") : "Private Key", print(c.fingerprints?.privateKey)],
        ["Bot ID", bot(c.botId)],
        ["Bot Secret", print(c.fingerprints?.botSecret)],
        ["API ID", print(c.fingerprints?.apiId)],
        ["Server API Consumer Key", print(c.fingerprints?.serverApiConsumerKey)],
        ["Server ID", c.serverId && <code>{c.serverId}</code>],
        ["Bot No.", bot(c.botNo)],
      ]}
    />
  );
}
