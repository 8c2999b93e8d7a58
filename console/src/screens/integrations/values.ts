// The values of the guide's form, and what they are called at the door.
import type { Schemas } from "../../api/client";
import { t } from "../../i18n";
import { type Kind, kinds } from "../settings/choices";
import type { Credentials, PunchSettings } from "./queries";

export type Phrases = Record<Kind, string[]>;

export type GuideValues = {
  phrases: Phrases;
  triggerWords: string[];
  triggerPosition: string;
  replyMode: string;
  replyPlace: string;
  /** Keys that are stored are kept unless somebody wants to replace them. */
  keepKeys: boolean;
  apiVersion: string;
  /** NOW, LATER, or empty while nobody has chosen. */
  change: string;
  botId: string;
  botSecret: string;
  clientId: string;
  clientSecret: string;
  serviceAccount: string;
  privateKey: string;
  botNo: string;
  apiId: string;
  serverApiConsumerKey: string;
  serverId: string;
  authKey: string;
};

export const secretFields = [
  "botSecret",
  "clientSecret",
  "privateKey",
  "apiId",
  "serverApiConsumerKey",
  "authKey",
] as const;

export const keyFields = {
  V2: ["clientId", "clientSecret", "serviceAccount", "privateKey", "botId", "botSecret"],
  V1: ["apiId", "serverApiConsumerKey", "serverId", "authKey", "botNo"],
} as const;

const keyLabels: Record<(typeof keyFields)["V1" | "V2"][number], string | (() => string)> = {
  clientId: "Client ID",
  clientSecret: "Client Secret",
  serviceAccount: "Service Account",
  privateKey: "Private Key",
  botId: "Bot ID",
  botSecret: "Bot Secret",
  apiId: "API ID",
  serverApiConsumerKey: "Server API Consumer Key",
  serverId: "Server ID",
  authKey: () => t("guide.keys.authKey"),
  botNo: "Bot No.",
};

/** What is said beside each key of the version that is not typed in. */
export function missingKeys(v: GuideValues): Partial<Record<keyof GuideValues, string>> {
  const missing = keyFields[v.apiVersion === "V1" ? "V1" : "V2"].filter((f) => v[f].trim() === "");
  const label = (f: (typeof missing)[number]) => {
    const name = keyLabels[f];
    return typeof name === "string" ? name : name();
  };
  return Object.fromEntries(missing.map((f) => [f, t("guide.keys.missing", { label: label(f) })]));
}

export function initialValues(settings: PunchSettings, credentials: Credentials | null): GuideValues {
  const phrases = Object.fromEntries(kinds.map((k) => [k, settings.phrases?.[k] ?? []])) as Phrases;
  return {
    phrases,
    triggerWords: settings.triggerWords,
    triggerPosition: settings.triggerPosition ?? "ANYWHERE",
    replyMode: settings.reply?.mode ?? "ALWAYS",
    replyPlace: settings.reply?.place ?? "SAME_ROOM",
    keepKeys: credentials !== null,
    apiVersion: credentials?.apiVersion ?? "V2",
    change: "",
    botId: credentials?.botId ?? "",
    botSecret: "",
    clientId: credentials?.clientId ?? "",
    clientSecret: "",
    serviceAccount: credentials?.serviceAccount ?? "",
    privateKey: "",
    botNo: credentials?.botNo ?? "",
    apiId: "",
    serverApiConsumerKey: "",
    serverId: credentials?.serverId ?? "",
    authKey: "",
  };
}

export function settingsOf(v: GuideValues, etag?: string): Schemas["PunchSettingsInput"] {
  return {
    phrases: v.phrases,
    triggerWords: v.triggerWords,
    triggerPosition: v.triggerPosition as "ANYWHERE",
    reply: { mode: v.replyMode as "ALWAYS", place: v.replyPlace as "SAME_ROOM" },
    etag,
  };
}

/** What LINE WORKS said of the keys of this answer, which are the current ones or those that wait. */
export function told(answer: Credentials, staged: boolean): { verified: boolean; checkMessage: string } {
  const asked = staged ? answer.staged : answer;
  return { verified: asked?.verified ?? false, checkMessage: answer.checkMessage ?? "" };
}

/** Whether the keys wait beside those in use: with a move to another API unless somebody chose otherwise. */
export function waits(v: GuideValues, stored: Credentials | null): boolean {
  if (stored === null) return false;
  return v.change === "LATER" || (v.change === "" && v.apiVersion !== stored.apiVersion);
}

export function credentialsOf(v: GuideValues): Schemas["CredentialsInput"] {
  const version = v.apiVersion === "V1" ? "V1" : "V2";
  const multiline = ["privateKey", "authKey"];
  const values = keyFields[version].map((f) => [f, multiline.includes(f) ? v[f] : v[f].trim()]);
  return { apiVersion: version, ...Object.fromEntries(values) };
}

// fold makes the differences that the phrase matcher ignores disappear: width, case and kana.
const fold = (word: string) =>
  word
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));

/** Words that stand in several groups, each with its groups. The door knows more; this is at once. */
export function clashes(phrases: Phrases, triggerWords: string[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  const groups = [...Object.entries(phrases), ["TRIGGER", triggerWords] as const];
  for (const [group, words] of groups) {
    for (const w of words) owners.set(fold(w), [...(owners.get(fold(w)) ?? []), group]);
  }
  const all = groups.flatMap(([, words]) => words);
  return new Map(all.map((w) => [w, owners.get(fold(w)) ?? []] as const).filter(([, g]) => g.length > 1));
}

/** The words with one more, which is being typed into the field of a group. */
export function withWord(v: GuideValues, typed: { group: string; word: string }): [Phrases, string[]] {
  const more = (words: string[], group: string) =>
    group === typed.group && !words.includes(typed.word) ? [...words, typed.word] : words;
  const phrases = Object.fromEntries(Object.entries(v.phrases).map(([kind, words]) => [kind, more(words, kind)]));
  return [phrases as Phrases, more(v.triggerWords, "triggerWords")];
}
