// Why an answer did not arrive, and what to do, in words for every code there may be.
import { type Key, t, word } from "../../i18n";

/** The reason of an answer in words; a code of LINE WORKS that has none is named. */
export const reasonWords = (code: string | undefined) => worded("replyReason", code);

/** What to do about answers with this reason. */
export const remedyWords = (code: string | undefined) => worded("replyRemedy", code);

/** Why nothing is sent for a while, and what to do. */
export const pauseWords = (code: string | undefined) =>
  code ? t("pause.why", { reason: reasonWords(code), remedy: remedyWords(code) }) : "";

function worded(group: "replyReason" | "replyRemedy", code: string | undefined) {
  if (!code) return "";
  const found = word(group, code);
  return found === code ? t(`${group}.other` satisfies Key, { code }) : found;
}
