import { expect, test } from "vitest";
import { en } from "./en";
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
