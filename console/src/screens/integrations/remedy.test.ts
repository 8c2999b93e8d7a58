import { beforeEach, expect, test, vi } from "vitest";
import { replies as en } from "../../i18n/en/replies";
import { replies as ja } from "../../i18n/ja/replies";
import { pauseWords, reasonWords, remedyWords } from "./remedy";

beforeEach(() => {
  vi.stubGlobal("localStorage", undefined);
});

test("a reason is said in Japanese with what to do", () => {
  expect(reasonWords("CHANNEL_NOT_EXIST")).toBe("トークルームがない");
  expect(remedyWords("CHANNEL_NOT_EXIST")).toContain("招待し直して");
});

test("a code without words is named, and the connection test is the way out", () => {
  expect(reasonWords("HTTP_418")).toBe("LINE WORKS の応答: HTTP_418");
  expect(remedyWords("HTTP_418")).toContain("接続テスト");
  expect(reasonWords("")).toBe("");
});

test("a pause is explained, and no code stands alone", () => {
  expect(pauseWords("BOT_NOT_FOUND")).toMatch(/^Bot が LINE WORKS にない。.*Bot ID が正しいか/);
  expect(pauseWords("TOO_MANY_REQUESTS")).toContain("送信制限");
  expect(pauseWords("")).toBe("");
});

// The reasons of our own and of a recipient who is gone need words in both languages.
test("every reason of the contract has words and a remedy", () => {
  for (const code of [
    "ACCESS_DENIED",
    "AMBIGUOUS",
    "BOT_NOT_FOUND",
    "CHANNEL_NOT_EXIST",
    "CONNECTION_DELETED",
    "EXPIRED",
    "LOGIN_ID_UNKNOWN",
    "ROOM_OF_OTHER_API_VERSION",
    "USER_NOT_EXIST",
  ])
    for (const words of [ja, en]) {
      expect(words).toHaveProperty([`replyReason.${code}`]);
      expect(words).toHaveProperty([`replyRemedy.${code}`]);
    }
});
