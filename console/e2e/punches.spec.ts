// Punches that people enter and take away, and those that were held.
import { answer, expect, inEnglish, languages, oneByOne, period, press, punched, test, today } from "./world";

test("a punch is added and voided, each with its reason", async ({ page, world }) => {
  const who = await world.hire("打刻 足子");
  await page.goto(`/timesheets/${who.id}/${period()}`);
  await press(page, "打刻を追加");
  const dialog = page.getByRole("dialog");
  await answer(page, "記録する");
  await expect(dialog.getByText("時刻を 09:00 のように入力してください。")).toBeVisible();
  await expect(dialog.getByText("理由を入力してください。")).toBeVisible();
  await dialog.getByLabel("日付").fill(today());
  await dialog.getByLabel("時刻").fill("00:00");
  await dialog.getByLabel("理由").fill("打刻を忘れたため");
  await answer(page, "記録する");
  await expect(dialog).toHaveCount(0);
  await page.getByRole("button", { name: /の打刻を表示/ }).click();
  await expect(page.getByText("追加: 山田 花子 「打刻を忘れたため」")).toBeVisible();
  await press(page, /^「出勤」\(00:00:00\)を取消$/);
  await answer(page, "取消");
  await expect(dialog.getByText("理由を入力してください。")).toBeVisible();
  await dialog.getByLabel("理由").fill("日付の誤り");
  await answer(page, "取消");
  await expect(page.getByText(/取消: 山田 花子 .*「日付の誤り」/)).toBeVisible();
  await expect(page.getByText("取消済み")).toBeVisible();
});

for (const language of languages)
  test(`of two held punches one is applied after 差戻し and the other discarded, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = said[language];
    const name = `保留 待子 ${language}`;
    const who = await world.hire(name, 0);
    await punched(world, who, "CLOCK_IN", 2);
    await world.call("POST", `${who.name}/timesheets/${period()}:submit`, {});
    await world.say(0, "休憩");
    await world.say(0, "退勤");
    if (language === "en") await inEnglish(page);
    await oneByOne(page, "heldPunches");
    await page.goto("/held");
    const row = (what: string) => page.getByRole("row", { name: new RegExp(`${name}.*${what}`) });
    await expect(row(w.pause)).toBeVisible();
    await expect(row(w.out)).toBeVisible(); // on the next page
    await row(w.pause)
      .getByRole("button", { name: w.discardOf(name) })
      .click();
    await answer(page, w.discard);
    await expect(page.getByRole("dialog").getByText(w.noReason)).toBeVisible();
    await page.getByRole("dialog").getByLabel(w.reason).fill("休憩していないため");
    await answer(page, w.discard);
    await expect(row(w.pause)).toHaveCount(0);

    await row(w.out)
      .getByRole("button", { name: w.applyOf(name) })
      .click();
    await answer(page, w.apply);
    await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible(); // the month is still submitted
    await answer(page, w.cancel);
    await world.call("POST", `${who.name}/timesheets/${period()}:sendBack`, { comment: "退勤の打刻があります" });
    await row(w.out)
      .getByRole("button", { name: w.applyOf(name) })
      .click();
    await answer(page, w.apply);
    await expect(row(w.out)).toHaveCount(0);
    await press(page, w.discarded);
    await expect(row("休憩していないため")).toBeVisible();
    await world.call("DELETE", `${who.name}/accountLink`);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

const said = {
  ja: {
    pause: "休憩",
    out: "退勤",
    apply: "打刻にする",
    applyOf: (who: string) => new RegExp(`^${who} さんの「退勤」.*を打刻にする$`),
    discard: "破棄",
    discardOf: (who: string) => new RegExp(`^${who} さんの「休憩」.*を破棄$`),
    discarded: "破棄した",
    reason: "理由",
    noReason: "理由を入力してください。",
    cancel: "キャンセル",
  },
  en: {
    pause: "Break",
    out: "Clock-out",
    apply: "Apply",
    applyOf: (who: string) => new RegExp(`^Apply Clock-out of ${who}, `),
    discard: "Discard",
    discardOf: (who: string) => new RegExp(`^Discard Break of ${who}, `),
    discarded: "Discarded",
    reason: "Reason",
    noReason: "Please fill in: Reason.",
    cancel: "Cancel",
  },
};
