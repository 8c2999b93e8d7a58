// Accounts: departments of managers, and the second factor of log-in.
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { look } from "./look";
import { administrator, answer, expect, guest, inEnglish, logIn, password, press, test } from "./world";

test("a manager is limited to departments", async ({ page, world }) => {
  await world.hire("営業 一郎", undefined, "営業部");
  await world.hire("開発 二郎", undefined, "開発部");
  await page.goto("/settings/accounts");
  await press(page, "アカウントを追加");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("担当する部署")).toHaveCount(0); // of an employee there are none
  await dialog.getByLabel("氏名").fill("課長 三郎");
  await dialog.getByLabel("メールアドレス").fill("kacho@example.co.jp");
  await dialog.getByRole("radio", { name: /経理・マネージャー等/ }).check();
  await answer(page, "営業部");
  await dialog.getByRole("textbox", { name: "担当する部署" }).fill("広報部");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("この部署の従業員はまだいません: 広報部")).toBeVisible();
  await dialog.getByRole("button", { name: "「広報部」を削除" }).click();
  await look(page, "account-departments");
  await answer(page, "追加して招待リンクを発行");
  const link = (await dialog.locator("code").textContent()) ?? "";
  await answer(page, "閉じる");
  await expect(page.getByRole("row", { name: /課長 三郎.*営業部/ })).toBeVisible();

  const his = await guest(page, world, link, "kacho@example.co.jp");
  await his.goto("/settings/employees");
  await expect(his.getByText("営業 一郎")).toBeVisible();
  await expect(his.getByText("開発 二郎")).toHaveCount(0);
  await his.context().close();

  await page.reload(); // he has accepted meanwhile
  await page.getByRole("button", { name: "課長 三郎 を編集" }).click();
  await answer(page, "「営業部」を削除");
  await answer(page, "保存");
  await expect(page.getByRole("row", { name: /課長 三郎/ })).not.toContainText("営業部");
});

test("TOTP is confirmed, asked for at log-in, and a recovery code stands in for it once", async ({ page, world }) => {
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
    email: "totp@example.co.jp",
    name: "二段 階子",
    role: "MANAGER",
  });
  const hers = await guest(page, world, made.invitation.link, "totp@example.co.jp");
  await hers.goto("/profile");
  await hers.getByLabel("本人確認のため、パスワードを入力してください").fill(password);
  await press(hers, "設定をはじめる");
  const secret = (await hers.locator(".copy code").textContent()) ?? "";
  await hers.getByLabel("認証コード").fill("000000");
  await press(hers, "有効にする");
  await expect(hers.getByLabel("認証コード")).toHaveAttribute("aria-invalid", "true");
  await hers.getByLabel("認証コード").fill(code(secret, 0));
  await press(hers, "有効にする");
  await expect(hers.getByText("リカバリーコードを保管してください")).toBeVisible();
  const [recovery = ""] = await hers.locator(".recovery li").allTextContents();
  await look(hers, "totp-codes");
  await press(hers, "安全な場所に保管しました");
  await expect(hers.getByText("ログイン時に認証アプリのコードを確認しています。")).toBeVisible();

  await leave(hers);
  await logIn(hers, "totp@example.co.jp");
  await expect(hers.getByLabel("認証コード")).toBeVisible();
  await look(hers, "login-code");
  await hers.getByLabel("認証コード").fill(code(secret, 1)); // no code twice, and the next one is taken early
  await press(hers, "ログイン");
  await expect(hers.getByRole("heading", { level: 1, name: "今日の勤怠" })).toBeVisible();

  await leave(hers);
  await logIn(hers, "totp@example.co.jp");
  await press(hers, "リカバリーコードを使う");
  await hers.getByLabel("リカバリーコード").fill(recovery);
  await press(hers, "ログイン");
  await expect(hers.getByRole("heading", { level: 1, name: "今日の勤怠" })).toBeVisible();
  await leave(hers);
  await logIn(hers, "totp@example.co.jp");
  await press(hers, "リカバリーコードを使う");
  await hers.getByLabel("リカバリーコード").fill(recovery);
  await press(hers, "ログイン");
  await expect(hers.getByLabel("リカバリーコード")).toHaveAttribute("aria-invalid", "true"); // it was used
  await hers.context().close();
});

for (const language of ["ja", "en"] as const)
  test(`a device of somebody else is logged out after a question, in ${language}`, async ({ page, world }) => {
    const w = language === "ja" ? said.ja : said.en;
    const email = `lost-${language}@example.co.jp`;
    const name = `紛失 機子 ${language}`;
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
      email,
      name,
      role: "MANAGER",
    });
    const hers = await guest(page, world, made.invitation.link, email);
    if (language === "en") await inEnglish(page);
    await page.goto("/settings/accounts");
    await page.getByRole("button", { name: w.more(administrator.name) }).click();
    await expect(page.getByRole("button", { name: w.devices, exact: true })).toHaveCount(0); // one's own are in the profile
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: w.more(name) }).click();
    await press(page, w.devices);
    const list = page.getByRole("dialog", { name: w.of(name) });
    await expect(list.getByText("Chrome / Linux")).toBeVisible();
    if (language === "ja") await look(page, "account-sessions");
    await list.getByRole("button", { name: w.one }).click();
    await page.getByRole("dialog", { name: w.sure }).getByRole("button", { name: w.cancel }).click();
    await expect(list.getByRole("button", { name: w.one })).toBeFocused();
    await list.getByRole("button", { name: w.one }).click();
    await page.getByRole("dialog", { name: w.sure }).getByRole("button", { name: w.end, exact: true }).click();
    await expect(list.getByText(w.none)).toBeVisible();
    await expect(list.getByRole("button", { name: w.close })).toBeFocused(); // what opened the question is gone
    await hers.reload();
    await expect(hers.getByRole("heading", { level: 1, name: "ログイン" })).toBeVisible();
    await hers.context().close();
  });

const said = {
  ja: {
    more: (who: string) => `${who} のその他の操作`,
    devices: "ログイン中の端末",
    of: (who: string) => `${who} さんがログイン中の端末`,
    one: "「Chrome / Linux」をログアウトさせる",
    sure: "この端末をログアウトさせますか?",
    end: "ログアウトさせる",
    cancel: "キャンセル",
    close: "閉じる",
    none: "ログイン中の端末はありません。",
  },
  en: {
    more: (who: string) => `More actions for ${who}`,
    devices: "Logged-in devices",
    of: (who: string) => `Devices of ${who}`,
    one: "Log Chrome / Linux out",
    sure: "Log this device out?",
    end: "Log it out",
    cancel: "Cancel",
    close: "Close",
    none: "Logged in nowhere.",
  },
};

async function leave(page: Page) {
  await page.getByRole("button", { name: /二段 階子/ }).click();
  await press(page, "ログアウト");
  await expect(page.getByRole("heading", { level: 1, name: "ログイン" })).toBeVisible();
}

// RFC 6238: six digits of HMAC-SHA-1 over the number of half minutes.
function code(secret: string, ahead: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/[\s=]/g, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = (digest[19] ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
