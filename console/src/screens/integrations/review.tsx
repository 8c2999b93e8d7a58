// 「確認」: everything once more, then 「送信」.
import type { ReactNode } from "react";
import { t, word } from "../../i18n";
import { Button } from "../../ui/button";
import type { Form } from "../../ui/form";
import { Card, Facts, Failure, Notice } from "../../ui/parts";
import { ReviewHead } from "../../ui/review";
import { kinds } from "../settings/choices";
import { KeyFacts } from "./keys-step";
import type { Credentials } from "./queries";
import { type GuideValues, told } from "./values";

type Props = {
  form: Form<GuideValues>;
  credentials: Credentials | null;
  keptKeys: boolean;
  /** The keys will wait beside those in use. */
  staged: boolean;
  back: () => void;
  send: () => void;
};

export function Review({ form, credentials, keptKeys, staged, back, send }: Props) {
  const v = form.values;
  const checked = keptKeys ? null : credentials && told(credentials, staged);
  return (
    <>
      <ReviewHead />
      <Card title={t("guide.phrases.title")}>
        <Facts
          items={[
            ...kinds.map((k): [string, ReactNode] => [
              word("kind", k),
              <Words key={k} words={v.phrases[k]} none={t("review.off")} />,
            ]),
            [t("guide.trigger.label"), <Words key="trigger" words={v.triggerWords} none={t("review.noTrigger")} />],
            [
              t("guide.trigger.position"),
              v.triggerWords.length > 0 &&
                t(v.triggerPosition === "HEAD" ? "guide.trigger.head" : "guide.trigger.anywhere"),
            ],
            [t("guide.reply.mode"), word("replyMode", v.replyMode)],
            [t("guide.reply.place"), v.replyMode !== "NEVER" && word("replyPlace", v.replyPlace)],
          ]}
        />
      </Card>
      <Card title={t("guide.keys.title")}>
        <div className="stack">
          {staged && <Notice title={t("review.staged")}>{t("review.stagedMore")}</Notice>}
          {checked?.checkMessage && <Notice tone={checked.verified ? "good" : "warn"} title={checked.checkMessage} />}
          {credentials && <KeyFacts credentials={credentials} />}
          <p className="small muted">{t(keptKeys ? "review.kept" : "review.fingerprints")}</p>
        </div>
      </Card>
      {form.failure && <Failure error={form.failure} />}
      <div className="buttons">
        <Button look="primary" icon="send" busy={form.busy} onClick={send}>
          {t("action.send")}
        </Button>
        <Button icon="back" onClick={back}>
          {t("action.back")}
        </Button>
      </div>
    </>
  );
}

function Words({ words, none }: { words: string[]; none: string }) {
  if (words.length === 0) return <span className="muted">{none}</span>;
  return (
    <span className="row">
      {words.map((w) => (
        <span key={w} className="badge plain">
          {w}
        </span>
      ))}
    </span>
  );
}
