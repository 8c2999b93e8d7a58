// Step 6 of the guide: 打刻設定.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, ask } from "../../api/client";
import { type ApiError, asApiError } from "../../api/error";
import { t, word } from "../../i18n";
import { Menu } from "../../ui/button";
import { Field, type Form } from "../../ui/form";
import { Chips, ChoiceField } from "../../ui/inputs";
import { Card } from "../../ui/parts";
import { kinds } from "../settings/choices";
import { Manual } from "./manual";
import { TrySentence } from "./try-sentence";
import { clashes, type GuideValues, settingsOf, withWord } from "./values";

const emoji = [..."👋🙋😀😊☀️🌞🌅🏢💼☕🍱🍙🍵🛌💤🚶🏃🚗🏠🌙🌛⭐✅⭕❌🔔🕘🕛🕐🕕💪🙏👍🎉"].filter((c) => c !== "\ufe0f");

type Props = { id: string; form: Form<GuideValues>; etag?: string };

export function PhrasesStep({ id, form, etag }: Props) {
  const v = form.values;
  const [typed, type] = useCalm({ group: "", word: "" });
  const clash = clashes(v.phrases, v.triggerWords);
  const soon = typed.word ? clashes(...withWord(v, typed)) : clash;
  const judged = useJudgement(id, v, etag);
  const set = (kind: (typeof kinds)[number], words: string[]) => form.set("phrases", { ...v.phrases, [kind]: words });
  const problem = (path: string, words: string[]) =>
    violation(form.failure, path) ||
    violation(judged, path) ||
    clashText(path, words, clash) ||
    (path.endsWith(typed.group) && clashText(path, [typed.word], soon)) ||
    "";
  return (
    <Card title={t("guide.phrases.title")} flush>
      <div className="beside">
        <div className="do">
          <p>{t("guide.phrases.lead")}</p>
          <div className="kinds">
            {kinds.map((kind) => (
              <Field
                key={kind}
                id={`phrases-${kind}`}
                label={word("kind", kind)}
                problem={problem(`phrases.${kind}`, v.phrases[kind])}
                hint={v.phrases[kind].length === 0 ? t("guide.phrases.off") : undefined}
              >
                <Chips
                  id={`phrases-${kind}`}
                  label={word("kind", kind)}
                  words={v.phrases[kind]}
                  clash={new Set(clash.keys())}
                  placeholder={t("guide.phrases.placeholder")}
                  onChange={(w) => set(kind, w)}
                  onType={(word) => type({ group: kind, word })}
                >
                  <Emoji
                    label={t("guide.phrases.emoji", { kind: word("kind", kind) })}
                    choose={(e) => set(kind, [...new Set([...v.phrases[kind], e])])}
                  />
                </Chips>
              </Field>
            ))}
          </div>
          <hr />
          <Field
            id="triggerWords"
            label={t("guide.trigger.label")}
            optional
            hint={t("guide.trigger.hint")}
            problem={problem("triggerWords", v.triggerWords)}
          >
            <Chips
              id="triggerWords"
              label={t("guide.trigger.label")}
              words={v.triggerWords}
              clash={new Set(clash.keys())}
              placeholder={t("guide.trigger.placeholder")}
              onChange={(w) => form.set("triggerWords", w)}
              onType={(word) => type({ group: "triggerWords", word })}
            >
              <Emoji
                label={t("guide.phrases.emoji", { kind: t("guide.trigger.label") })}
                choose={(e) => form.set("triggerWords", [...new Set([...v.triggerWords, e])])}
              />
            </Chips>
          </Field>
          {v.triggerWords.length > 0 && (
            <ChoiceField
              form={form}
              name="triggerPosition"
              label={t("guide.trigger.position")}
              beside
              options={[
                { value: "ANYWHERE", label: t("guide.trigger.anywhere"), more: t("guide.trigger.anywhereMore") },
                { value: "HEAD", label: t("guide.trigger.head"), more: t("guide.trigger.headMore") },
              ]}
            />
          )}
          <hr />
          <ChoiceField
            form={form}
            name="replyMode"
            label={t("guide.reply.mode")}
            options={["ALWAYS", "PROBLEMS_ONLY", "NEVER"].map((m) => ({
              value: m,
              label: word("replyMode", m),
              more: word("replyModeMore", m),
            }))}
          />
          {v.replyMode !== "NEVER" && (
            <ChoiceField
              form={form}
              name="replyPlace"
              label={t("guide.reply.place")}
              beside
              options={["SAME_ROOM", "DIRECT"].map((m) => ({
                value: m,
                label: word("replyPlace", m),
                more: word("replyPlaceMore", m),
              }))}
            />
          )}
        </div>
        <div className="there">
          <TrySentence id={id} settings={settingsOf(v)} />
          <Manual
            title={t("guide.phrases.tips")}
            steps={["manual.phrases.1", "manual.phrases.2", "manual.phrases.3"]}
          />
        </div>
      </div>
    </Card>
  );
}

// useCalm answers a value that follows when nothing was typed for a moment.
function useCalm<T>(first: T): [T, (next: T) => void] {
  const [calm, setCalm] = useState(first);
  const wait = useRef(0);
  useEffect(() => () => clearTimeout(wait.current), []);
  const follow = useCallback((next: T) => {
    clearTimeout(wait.current);
    wait.current = window.setTimeout(() => setCalm(next), 400);
  }, []);
  return [calm, follow];
}

// The door judges the settings as a whole while somebody types.
function useJudgement(id: string, v: GuideValues, etag?: string): ApiError | null {
  const settings = settingsOf(v, etag);
  const [calm, follow] = useCalm(settings);
  const text = JSON.stringify(settings);
  useEffect(() => follow(JSON.parse(text)), [text, follow]);
  const { data } = useQuery({
    queryKey: ["judge", id, calm],
    queryFn: async (): Promise<ApiError | null> => {
      try {
        await ask(
          api.PUT("/v1/connections/{connection}/punchSettings", {
            params: { path: { connection: id }, query: { validateOnly: true } },
            body: calm,
          }),
        );
        return null;
      } catch (error) {
        return asApiError(error);
      }
    },
    placeholderData: (old) => old,
    staleTime: 60_000,
  });
  return data ?? null;
}

const violation = (failure: ApiError | null, path: string) =>
  failure?.fields
    .filter(
      (f) =>
        f.field === path || f.field.startsWith(`${path}[`) || f.field.endsWith(path) || f.field.includes(`${path}[`),
    )
    .map((f) => f.text)
    .join(" ") ?? "";

function clashText(path: string, words: string[], clash: Map<string, string[]>): string {
  const hit = words.find((w) => clash.has(w));
  if (!hit) return "";
  const others = (clash.get(hit) ?? [])
    .filter((g) => path !== `phrases.${g}` && (g !== "TRIGGER" || path !== "triggerWords"))
    .map((g) => (g === "TRIGGER" ? t("guide.trigger.label") : word("kind", g)));
  if (others.length === 0) return t("guide.phrases.twice", { word: hit });
  return t("guide.phrases.clash", { word: hit, other: others.join("・") });
}

function Emoji({ label, choose }: { label: string; choose: (emoji: string) => void }) {
  return (
    <Menu icon="smile" label={label}>
      <div className="emoji">
        {emoji.map((e) => (
          <button key={e} type="button" onClick={() => choose(e)}>
            {e}
          </button>
        ))}
      </div>
    </Menu>
  );
}
