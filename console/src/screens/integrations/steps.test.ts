import { expect, test } from "vitest";
import { integrations as en } from "../../i18n/en/integrations";
import { integrations as ja } from "../../i18n/ja/integrations";
import { botSteps } from "./steps";

// A bot without an administrator cannot be saved, one that is not public is seen by nobody,
// and one that nobody invites is in no room.
test("the guide names the administrator, the publication and the invitation, in the words of LINE WORKS", () => {
  const told = botSteps.map((key) => ja[key as keyof typeof ja]).join("");
  for (const there of ["「管理者」の「主担当」", "「公開設定」", "「・・・」>「招待」>「Bot」"])
    expect(told).toContain(there);
  const said = botSteps.map((key) => en[key as keyof typeof en]).join("");
  for (const there of ["“主担当” under “管理者”", "public", "“・・・” > “招待” (invite) > “Bot”"])
    expect(said).toContain(there);
});

test("what is done first of all names the administrator of the bot, too", () => {
  expect(ja["manual.v2.5"]).toContain("「主担当」");
  expect(en["manual.v2.5"]).toContain("“主担当”");
});

test("that a way back between keys of one version ends after a day is said", () => {
  expect(ja["keySet.activateDone"]).toContain("24時間");
  expect(en["keySet.activateDone"]).toContain("24 hours");
});
