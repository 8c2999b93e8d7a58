// Punches that people enter and take away, and those that were held.
import { answer, expect, period, press, punched, test, today } from "./world";

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
  await press(page, "取消");
  await answer(page, "取消");
  await expect(dialog.getByText("理由を入力してください。")).toBeVisible();
  await dialog.getByLabel("理由").fill("日付の誤り");
  await answer(page, "取消");
  await expect(page.getByText(/取消: 山田 花子 .*「日付の誤り」/)).toBeVisible();
  await expect(page.getByText("取消済み")).toBeVisible();
});

test("of two held punches one is applied after 差戻し and the other discarded", async ({ page, world }) => {
  const who = await world.hire("保留 待子", 0);
  await punched(world, who, "CLOCK_IN", 2);
  await world.call("POST", `${who.name}/timesheets/${period()}:submit`, {});
  await world.say(0, "休憩");
  await world.say(0, "退勤");
  await page.goto("/held");
  const row = (kind: string) => page.getByRole("row", { name: new RegExp(`保留 待子.*${kind}`) });
  await expect(row("休憩")).toBeVisible();
  await row("休憩").getByRole("button", { name: "破棄" }).click();
  await answer(page, "破棄");
  await expect(page.getByRole("dialog").getByText("理由を入力してください。")).toBeVisible();
  await page.getByRole("dialog").getByLabel("理由").fill("休憩していないため");
  await answer(page, "破棄");
  await expect(row("休憩")).toHaveCount(0);

  await row("退勤").getByRole("button", { name: "打刻にする" }).click();
  await answer(page, "打刻にする");
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible(); // the month is still submitted
  await answer(page, "キャンセル");
  await world.call("POST", `${who.name}/timesheets/${period()}:sendBack`, { comment: "退勤の打刻があります" });
  await row("退勤").getByRole("button", { name: "打刻にする" }).click();
  await answer(page, "打刻にする");
  await expect(row("退勤")).toHaveCount(0);
  await press(page, "破棄した");
  await expect(page.getByRole("row", { name: /保留 待子.*休憩していないため/ })).toBeVisible();
  await world.call("DELETE", `${who.name}/accountLink`);
});
