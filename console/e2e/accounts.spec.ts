// Accounts: departments of managers, and the second factor of log-in.
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { look } from "./look";
import {
  administrator,
  answer,
  elsewhere,
  expect,
  guest,
  inEnglish,
  knock,
  languages,
  logIn,
  password,
  press,
  test,
} from "./world";

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

for (const language of languages)
  test(`TOTP is confirmed, asked for at log-in, and a recovery code stands in for it once, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = factor[language];
    const email = `totp-${language}@example.co.jp`;
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
      email,
      name: "二段 階子",
      role: "MANAGER",
    });
    const hers = await guest(page, world, made.invitation.link, email, language);
    const field = (label: string) => hers.getByRole("textbox", { name: new RegExp(`^${label}`) });
    const inside = () => expect(hers.getByRole("heading", { level: 1, name: w.today })).toBeVisible();
    await hers.goto("/profile");
    await hers.getByLabel(w.password).fill(password);
    await press(hers, w.begin);
    const secret = (await hers.locator(".copy code").textContent()) ?? "";
    await field(w.code).fill("000000");
    await press(hers, w.on);
    await expect(field(w.code)).toHaveAttribute("aria-invalid", "true");
    await field(w.code).fill(code(secret, 0));
    await press(hers, w.on);
    await expect(hers.getByText(w.keep)).toBeVisible();
    const [recovery = ""] = await hers.locator(".recovery li").allTextContents();
    if (language === "ja") await look(hers, "totp-codes");
    await press(hers, w.kept);
    await expect(hers.getByText(w.active)).toBeVisible();

    await leave(hers, w);
    await knock(hers, email, language);
    await expect(field(w.code)).toBeVisible();
    if (language === "ja") await look(hers, "login-code");
    await field(w.code).fill(code(secret, 1)); // no code twice, and the next one is taken early
    await press(hers, w.logIn);
    await inside();

    for (const used of [false, true]) {
      await leave(hers, w);
      await knock(hers, email, language);
      await press(hers, w.useRecovery);
      await field(w.recovery).fill(recovery);
      await press(hers, w.logIn);
      if (used) await expect(field(w.recovery)).toHaveAttribute("aria-invalid", "true");
      else await inside();
    }
    await hers.context().close();
  });

const factor = {
  ja: {
    password: "本人確認のため、パスワードを入力してください",
    begin: "設定をはじめる",
    code: "認証コード",
    on: "有効にする",
    keep: "リカバリーコードを保管してください",
    kept: "安全な場所に保管しました",
    active: "ログイン時に認証アプリのコードを確認しています。",
    logIn: "ログイン",
    logOut: "ログアウト",
    useRecovery: "リカバリーコードを使う",
    recovery: "リカバリーコード",
    today: "今日の勤怠",
  },
  en: {
    password: "Your password, to make sure it is you",
    begin: "Begin",
    code: "Code",
    on: "Switch it on",
    keep: "Keep your recovery codes",
    kept: "I have kept them safe",
    active: "A code from your authenticator app is asked for at log-in.",
    logIn: "Log in",
    logOut: "Log out",
    useRecovery: "Use a recovery code",
    recovery: "Recovery code",
    today: "Today",
  },
};

for (const language of languages)
  test(`a device of somebody else is logged out after a question, in ${language}`, async ({ page, world }) => {
    const w = said[language];
    const email = `lost-${language}@example.co.jp`;
    const name = language === "ja" ? "紛失 機子" : "紛失 端子";
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
    await expect(list.getByRole("button", { name: w.all })).toHaveCount(0); // of one device that is the same
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

for (const language of languages)
  test(`all devices of somebody else are logged out at once, in ${language}`, async ({ page, world }) => {
    const w = said[language];
    const email = `stolen-${language}@example.co.jp`;
    const name = language === "ja" ? "盗難 機子" : "盗難 端子";
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
      email,
      name,
      role: "MANAGER",
    });
    const devices = [await guest(page, world, made.invitation.link, email), await elsewhere(page, world)];
    if (devices[1]) await logIn(devices[1], email);
    if (language === "en") await inEnglish(page);
    await page.goto("/settings/accounts");
    await page.getByRole("button", { name: w.more(name) }).click();
    await press(page, w.devices);
    const list = page.getByRole("dialog", { name: w.of(name) });
    await expect(list.getByText("Chrome / Linux")).toHaveCount(2);
    await list.getByRole("button", { name: w.all }).click();
    await page.getByRole("dialog", { name: w.sureAll }).getByRole("button", { name: w.all }).click();
    await expect(list.getByText(w.none)).toBeVisible();
    await expect(list.getByRole("button", { name: w.all })).toHaveCount(0);
    for (const device of devices) {
      await device.reload();
      await expect(device.getByRole("heading", { level: 1, name: "ログイン" })).toBeVisible();
      await device.context().close();
    }
  });

const said = {
  ja: {
    more: (who: string) => `${who} のその他の操作`,
    devices: "ログイン中の端末",
    of: (who: string) => `${who} さんがログイン中の端末`,
    one: "「Chrome / Linux」をログアウトさせる",
    sure: "この端末をログアウトさせますか?",
    end: "ログアウトさせる",
    all: "すべてログアウトさせる",
    sureAll: "すべての端末をログアウトさせますか?",
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
    all: "Log all out",
    sureAll: "Log every device out?",
    cancel: "Cancel",
    close: "Close",
    none: "Logged in nowhere.",
  },
};

async function leave(page: Page, w: { logIn: string; logOut: string }) {
  await page.getByRole("button", { name: /二段 階子/ }).click();
  await press(page, w.logOut);
  await expect(page.getByRole("heading", { level: 1, name: w.logIn })).toBeVisible();
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
