import { expect, test, vi } from "vitest";
import { clashes, initialValues, missingKeys, type Phrases, told, withWord } from "./values";

const none: Phrases = { CLOCK_IN: [], BREAK_START: [], BREAK_END: [], CLOCK_OUT: [], GO_OUT: [], COME_BACK: [] };

test("the same word for two kinds is a clash, however it is spelled", () => {
  const found = clashes({ ...none, CLOCK_IN: ["おはよう", "IN"], CLOCK_OUT: ["オハヨウ", "退勤"] }, ["in"]);
  expect(found.get("おはよう")).toEqual(["CLOCK_IN", "CLOCK_OUT"]);
  expect(found.get("オハヨウ")).toEqual(["CLOCK_IN", "CLOCK_OUT"]);
  expect(found.get("IN")).toEqual(["CLOCK_IN", "TRIGGER"]);
  expect(found.has("退勤")).toBe(false);
});

test("a word clashes while it is typed, and one that stands there already does not", () => {
  const v = { phrases: { ...none, CLOCK_IN: ["出勤"] }, triggerWords: ["@"] } as Parameters<typeof withWord>[0];
  const found = (group: string, word: string) => clashes(...withWord(v, { group, word })).get(word);
  expect(found("CLOCK_OUT", "出勤")).toEqual(["CLOCK_IN", "CLOCK_OUT"]);
  expect(found("triggerWords", "出勤")).toEqual(["CLOCK_IN", "TRIGGER"]);
  expect(found("CLOCK_IN", "出勤")).toBeUndefined();
  expect(found("GO_OUT", "@")).toEqual(["GO_OUT", "TRIGGER"]);
});

test("keys that are not typed in are named, of the version that was chosen", () => {
  vi.stubGlobal("localStorage", undefined);
  const v = { ...initialValues({ triggerWords: [] } as never, null), clientId: "x", authKey: " " };
  expect(Object.keys(missingKeys(v))).toEqual(["clientSecret", "serviceAccount", "privateKey", "botId", "botSecret"]);
  expect(missingKeys({ ...v, apiVersion: "V1" }).authKey).toMatch(/^認証キー を入力してください。/);
});

test("whether keys are proven is told of those that were asked about", () => {
  const answer = { verified: true, checkMessage: "no answer", staged: { verified: false } } as Parameters<
    typeof told
  >[0];
  expect(told(answer, true)).toEqual({ verified: false, checkMessage: "no answer" });
  expect(told(answer, false)).toEqual({ verified: true, checkMessage: "no answer" });
});
