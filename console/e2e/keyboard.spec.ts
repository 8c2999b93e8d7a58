// The keyboard alone: the guide from the log-in to the first message, the first administrator, the guide from the menu to a connection with keys of API 1.0, and a
// month from 申請 to 承認.
import type { Page } from "@playwright/test";
import { start } from "./installation";
import { look } from "./look";
import { administrator, company, expect, languages, password, period, punched, speak, test } from "./world";

// reach presses Tab until the element of that name has the focus, as somebody without a mouse does.
async function reach(page: Page, name: string | RegExp, most = 120) {
  for (let i = 0; i < most; i++) {
    const found = await page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null;
      const label = at?.labels?.[0]?.textContent;
      return (at?.getAttribute("aria-label") ?? label ?? at?.textContent ?? "").trim();
    });
    if (typeof name === "string" ? found === name : name.test(found)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}`);
}

const type = async (page: Page, label: string | RegExp, text: string) => {
  await reach(page, label);
  await page.keyboard.insertText(text);
};

test("a connection is set up without a mouse", async ({ page, world }) => {
  await page.goto("/settings/integrations");
  await expect(page.getByRole("button", { name: "LINE WORKS を追加" })).toBeVisible();
  await reach(page, "本文へ移動");
  await page.keyboard.press("Enter"); // past the menu
  await reach(page, "LINE WORKS を追加");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "LINE WORKS 連携の設定" })).toBeVisible();
  const id = /integrations\/([^/]+)\/setup/.exec(page.url())?.[1] ?? "";

  await reach(page, "API トークンを発行する");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/\/v1\/lineworks\/attendance\/dkt_/)).toBeVisible();
  await type(page, "出勤", "おはよう");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "出勤" }).getByText("おはよう")).toBeVisible();
  await page.keyboard.press("Backspace");
  await expect(page.getByRole("list", { name: "出勤" }).getByText("おはよう")).toHaveCount(0);
  await reach(page, /^API 2\.0/);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: /API 1\.0/ })).toBeChecked();

  const keys = await world.oldKeys();
  await type(page, "API ID必須", keys.apiId ?? "");
  await type(page, "Server API Consumer Key必須", keys.serverApiConsumerKey ?? "");
  await type(page, "Server ID必須", keys.serverId ?? "");
  await type(page, "認証キー必須", keys.authKey ?? "");
  await reach(page, "確認");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: /Bot No\./ })).toBeFocused(); // the field that is missing
  await look(page, "guide-v1");
  await page.keyboard.insertText(keys.botNo ?? "");
  await page.keyboard.press("Enter");
  await expect(page.getByText("内容をご確認ください")).toBeVisible();
  await reach(page, "送信");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "連携の有効化" })).toBeVisible();
  await reach(page, "連携を有効にする");
  await page.keyboard.press("Enter");
  await expect(page.getByText("連携は有効です。")).toBeVisible();
  const stored = await world.call(`GET`, `connections/${id}/credentials`);
  expect([stored.apiVersion, stored.botNo, stored.serverId]).toEqual(["V1", keys.botNo, keys.serverId]);
  await world.call("POST", `connections/${id}:disable`, {});
  await world.call("DELETE", `connections/${id}`);
});

test("the first administrator sets the installation up without a mouse", async ({ browser }) => {
  const dakoku = await start();
  const context = await browser.newContext({ baseURL: dakoku.admin, storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Dakoku をはじめる" })).toBeVisible();
  await type(page, /^セットアップシークレット/, dakoku.secret);
  await type(page, /^会社名/, company);
  await reach(page, /^締め日/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await type(page, /^氏名/, administrator.name);
  await type(page, /^メールアドレス/, administrator.email);
  await type(page, /^パスワード必須/, password);
  await type(page, /^パスワード.確認/, password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "連携サービスの設定" })).toBeVisible();
  await context.close();
  await dakoku.stop();
});

test("a month is submitted, sent back, submitted again and approved without a mouse", async ({ page, world }) => {
  const who = await world.hire("鍵盤 打子");
  await punched(world, who, "CLOCK_IN");
  await page.goto(`/timesheets/${who.id}/${period()}`);
  await expect(page.getByRole("button", { name: "申請", exact: true })).toBeVisible();
  const decide = async (verb: string, state: string, comment = "") => {
    await reach(page, verb);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toBeVisible();
    await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
    if (comment) await page.keyboard.insertText(comment);
    await reach(page, verb);
    await page.keyboard.press("Enter");
    await expect(page.locator(".page-head").getByText(state, { exact: true })).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("main")).toBeFocused(); // the button is gone; the next is a few Tabs away
  };
  await decide("申請", "申請済み");
  await decide("差戻し", "差戻し", "退勤がありません");
  await decide("申請", "申請済み");
  await decide("承認", "承認済み");

  // A dialog is left by Escape, and the focus returns to what opened it.
  await reach(page, "承認取消");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "承認取消" })).toBeFocused();
});

for (const language of languages)
  test(`the guide is walked from the log-in to the first message without a mouse, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const key = (name: string) => page.keyboard.press(name);
    const title = (name: string) => expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
    const field = (label: string) => new RegExp(`^${label} ?(必須|required)?$`);
    const go = async (name: string | RegExp, how = "Enter") => {
      await reach(page, name);
      await key(how);
    };
    await world.call("POST", `connections/${world.connection}:disable`, {});
    await world.call("DELETE", `connections/${world.connection}`); // the company has one bot of API 2.0
    await page.context().clearCookies();
    await page.goto("/login");
    await title(w("login.title"));
    await type(page, field(w("account.email")), administrator.email);
    await type(page, field(w("account.password")), password);
    await key("Enter");
    await title(w("nav.today"));
    await go(w("nav.settings"));
    await title(w("nav.settings"));
    await go(new RegExp(`^${w("integrations.title")}`));
    await title(w("integrations.title"));
    await go(w("integrations.addWhat", { service: "LINE WORKS" }), "Space");
    await title(w("guide.title"));

    await go(w("guide.token.issue"), "Space");
    await expect(page.getByText(/\/v1\/lineworks\/attendance\/dkt_/)).toBeVisible();
    await type(page, w("kind.CLOCK_IN"), "おはよう");
    await key("Enter");
    await go(w("guide.phrases.emoji", { kind: w("kind.CLOCK_IN") }), "Space");
    await expect(page.getByRole("button", { name: "🙋", exact: true })).toBeVisible();
    await go("🙋", "Space");
    await type(page, w("try.label"), "おはよう🙋");
    await expect(page.getByText(w("try.punch", { kind: w("kind.CLOCK_IN") }))).toBeVisible();
    await reach(page, /^API 2\.0/);
    await key("ArrowRight");
    await expect(page.getByRole("radio", { name: /API 1\.0/ })).toBeChecked();
    await key("ArrowLeft");
    await expect(page.getByRole("radio", { name: /API 2\.0/ })).toBeChecked();
    const keys = await world.keys();
    for (const [label, value] of [
      ["Client ID", keys.clientId],
      ["Client Secret", keys.clientSecret],
      ["Service Account", keys.serviceAccount],
      ["Private Key", keys.privateKey],
      ["Bot ID", keys.botId],
      ["Bot Secret", keys.botSecret],
    ] as const)
      await type(page, field(label), value ?? "");
    await go(w("action.confirm"));
    await expect(page.getByText(w("review.title"))).toBeVisible();
    await go(w("action.send"), "Space");
    await go(w("connect.activate"), "Space");
    await expect(page.getByText(w("connect.isActive"))).toBeVisible();
    await page.waitForRequest((r) => /\/v1\/events\?.*connection=/.test(r.url())); // of others it wants nothing
    await go(w("register.callback"), "Space");
    await expect(page.getByText(w("register.done"), { exact: true })).toBeVisible();
    await world.say(0, "出勤");
    await expect(page.getByText(w("first.arrived"))).toBeVisible();
    world.connection = /integrations\/([^/]+)\/setup/.exec(page.url())?.[1] ?? "";
  });
