// Links by CSV and by one click, and why a message was no punch.
import { expect, press, test, today } from "./world";

test("links are imported after a look at every line", async ({ page, world }) => {
  const who = await world.hire("取込 成子");
  await page.goto("/settings/employees/import");
  await press(page, "LINE WORKS のアカウントID");
  const csv = `employee_number,lineworks_account_id\n${who.employeeNumber},${world.users[1]?.email}\n9999,nobody@demo.example\n`;
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "links.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await expect(page.getByText("links.csv の確認結果")).toBeVisible();
  await expect(page.getByRole("row", { name: /9999.*(エラー|該当なし)/ })).toBeVisible();
  const links = () => world.call<{ accountLinks: { employee: string }[] }>("GET", "accountLinks");
  expect((await links()).accountLinks.some((l) => l.employee === who.name)).toBe(false); // only looked at
  await press(page, "1 件を取り込む");
  await expect(page.getByRole("main").getByText("取り込みが完了しました。")).toBeVisible();
  expect((await links()).accountLinks.some((l) => l.employee === who.name)).toBe(true);
  await world.call("DELETE", `${who.name}/accountLink`);
});

test("somebody who tried to punch is linked by one click, and the next message punches", async ({ page, world }) => {
  const who = await world.hire("紐付 待子");
  await world.say(2, "出勤");
  await page.goto("/settings/employees/senders");
  const email = world.users[2]?.email ?? "";
  const row = page.getByRole("row", { name: new RegExp(email) });
  await expect(row).toBeVisible();
  await row.getByRole("combobox").selectOption({ label: `${who.employeeNumber} 紐付 待子` });
  await row.getByRole("button", { name: "紐付ける" }).click();
  await expect(row).toHaveCount(0);
  await world.say(2, "出勤");
  await page.goto("/today");
  await expect(page.getByRole("row", { name: /紐付 待子.*勤務中/ })).toBeVisible();

  // The events tell both, and filters find them.
  await world.say(2, "お疲れさまです");
  await page.goto("/events");
  await expect(page.getByText("キーワードなし").first()).toBeVisible();
  await page.getByLabel("結果").selectOption({ label: "記録" });
  await expect(page.getByRole("row", { name: /記録.*紐付 待子/ }).first()).toBeVisible();
  await expect(page.getByText("キーワードなし")).toHaveCount(0);
  await page.getByLabel("結果").selectOption({ label: "拒否" });
  await expect(page.getByText("従業員に紐付いていない").first()).toBeVisible();
  await page.getByLabel("結果").selectOption({ label: "すべて" });
  await page.getByLabel("従業員").selectOption({ label: `${who.employeeNumber} 紐付 待子` });
  await expect(page.getByText("従業員に紐付いていない")).toHaveCount(0);
  await expect(page.getByText("キーワードなし").first()).toBeVisible();
  await page.getByLabel("終了日").fill("2020-01-01");
  await expect(page.getByText("該当する受信イベントはありません")).toBeVisible();
  await press(page, "条件をすべて解除");
  await page.getByLabel("開始日").fill(today());
  await page.getByLabel("終了日").fill(today());
  await page.getByRole("link", { name: "紐付 待子" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: /紐付 待子 さんの/ })).toBeVisible();
  await world.call("DELETE", `${who.name}/accountLink`);
});

test("company and rules are stored", async ({ page, world }) => {
  const before = await world.call("GET", "organization");
  await page.goto("/settings/company");
  await page.getByLabel("会社名").fill("株式会社サンプル商事(改)");
  await page.getByLabel("締め日").selectOption({ label: "毎月 20 日" });
  await expect(page.getByText("変更は過去の記録を動かしません。")).toBeVisible();
  await page.getByLabel("締め日").selectOption({ label: "毎月 末日" });
  await press(page, "保存");
  await expect(page.getByText("保存しました。")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "メインメニュー" })).toContainText("サンプル商事(改)");
  await world.call("PATCH", "organization", { name: before.name });

  await page.goto("/settings/rules");
  await page.getByLabel("営業日の切り替え時刻").fill("04:00");
  await page.getByRole("radio", { name: /保留にする/ }).check();
  await page.getByLabel("二重打刻とみなす秒数").fill("99999");
  await press(page, "保存");
  await expect(page.getByLabel("二重打刻とみなす秒数")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("二重打刻とみなす秒数").fill("30");
  await press(page, "保存");
  await expect(page.getByText("保存しました。")).toBeVisible();
  const rules = await world.call("GET", "workRules");
  expect([rules.dayCutoff, rules.doubleTapWindow, rules.submittedPolicy]).toEqual(["04:00", "30s", "HOLD"]);
});
