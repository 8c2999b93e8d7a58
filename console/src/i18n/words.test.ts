import { expect, test } from "vitest";
import { en } from "./en";
import { fill } from "./fill";
import { ja } from "./ja";

// One thing has one word on every screen; who learns it on one finds it on the others.
test.each([
  ["従業員番号", "社員番号"],
  ["ログインID", "アカウントID"],
  ["認証情報", "キー情報"],
  ["二重打刻", "二度押し"],
  ["出勤漏れ", "出勤なし"],
  ["退勤漏れ", "退勤なし"],
  ["労働時間", "勤務時間"],
  ["長時間勤務", "長時間の勤務"],
  ["ボット", "Bot"],
  ["Botが", "Bot が"],
  ["Botの", "Bot の"],
  ["トリガー", "引き金となる言葉"],
  ["打刻一覧", "勤怠一覧"],
  ["名簿との照合", "名簿の同期"],
  ["1:1", "1対1"],
  ["トークンの無効化", "トークンの失効"],
])("%s is called %s", (other) => {
  expect(Object.entries(ja).filter(([, words]) => words.includes(other))).toEqual([]);
});

test.each([
  ["ja", ja],
  ["en", en],
])("who is not known has no role, in %s", (_, words) => {
  const roles = Object.entries(words).filter(([key]) => key.startsWith("role."));
  const said = words["actor.unknown"].toLowerCase();
  expect(roles.length).toBeGreaterThan(0);
  expect(roles.filter(([, role]) => said.includes(role.toLowerCase()))).toEqual([]);
});

// Names that are written in one piece: as the guide has APIトークン, and 3人.
test.each([
  ["of an API and what it has", /API [\p{Script=Katakana}]/u],
  ["of a number and its counter", /(\d|\{\w+\}) (人|件|回|年|日|時間|分|秒)/],
  [
    "before a number that is counted",
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}] \{\w+\}(人|件|回|年|日)/u,
  ],
])("no space stands in the midst %s", (_, space) => {
  expect(Object.entries(ja).filter(([, words]) => space.test(words))).toEqual([]);
});

test("a word goes with its number", () => {
  const days = "{n} {n:day|days}";
  expect([0, 1, 2, "1"].map((n) => fill(days, { n }, "en"))).toEqual(["0 days", "1 day", "2 days", "1 day"]);
  expect(fill("{n:punch waits|punches wait} for {who}", { n: 1, who: "you" }, "en")).toBe("punch waits for you");
  expect(fill("{n}日 {other}", { n: 1 }, "ja")).toBe("1日 {other}");
});

// What may follow a number whatever it is; a noun may not, but for {n:day|days}.
const anyNumber = ["more", "left", "approved", "in", "held"];
const numbers = /\{(?:n|left|users|employees|years)\} (\w+)/g;

test("no English noun stands beside a number that may be one", () => {
  const nouns = ([, words]: [string, string]) =>
    [...words.matchAll(numbers)].some(([, word = ""]) => !anyNumber.includes(word));
  expect(Object.entries(en).filter(nouns)).toEqual([]);
  const units = Object.entries(en).filter(([key, words]) => key.startsWith("unit.") && words !== "");
  expect(units.filter(([, words]) => !/^ \{n:/.test(words))).toEqual([]);
});
