// The keyboard alone: the guide from the log-in to the first message, the guide from the menu to a connection with
// keys of API 1.0, and a month from 申請 to 承認. The first set-up is in setup.spec.ts.
import { reach, type } from "./keyboard";
import { freeBot, keyFields } from "./keys";
import { look } from "./look";
import { administrator, expect, languages, password, period, punched, speak, test } from "./world";

for (const language of languages)
  test(`a connection with keys of API 1.0 is set up without a mouse, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const key = (name: string) => page.keyboard.press(name);
    const go = async (name: string | RegExp) => {
      await reach(page, name);
      await key("Enter");
    };
    const clockIn = w("kind.CLOCK_IN");
    await page.goto("/settings/integrations");
    const add = w("integrations.addWhat", { service: "LINE WORKS" });
    await expect(page.getByRole("button", { name: add })).toBeVisible();
    await go(w("nav.skip")); // past the menu
    await go(add);
    await expect(page.getByRole("heading", { level: 1, name: w("guide.title") })).toBeVisible();
    const id = /integrations\/([^/]+)\/setup/.exec(page.url())?.[1] ?? "";

    await go(w("guide.token.issue"));
    await expect(page.getByText(/\/v1\/lineworks\/attendance\/dkt_/)).toBeVisible();
    const words = page.getByRole("list", { name: clockIn });
    await type(page, clockIn, "おはよう");
    await key("Enter");
    await expect(words.getByText("おはよう")).toBeVisible();
    await key("Backspace");
    await expect(words.getByText("おはよう")).toHaveCount(0);
    await reach(page, /^API 2\.0/);
    await key("ArrowRight");
    await expect(page.getByRole("radio", { name: /API 1\.0/ })).toBeChecked();

    const keys = await world.oldKeys();
    await type(page, "API ID", keys.apiId ?? "");
    await type(page, "Server API Consumer Key", keys.serverApiConsumerKey ?? "");
    await type(page, "Server ID", keys.serverId ?? "");
    await type(page, w("guide.keys.authKey"), keys.authKey ?? "");
    await go(w("action.confirm"));
    await expect(page.getByRole("textbox", { name: /Bot No\./ })).toBeFocused(); // the field that is missing
    if (language === "ja") await look(page, "guide-v1");
    await page.keyboard.insertText(keys.botNo ?? "");
    await key("Enter");
    await expect(page.getByText(w("review.title"))).toBeVisible();
    await go(w("action.send"));
    await expect(page.getByRole("heading", { name: w("connect.activateTitle") })).toBeVisible();
    await go(w("connect.activate"));
    await expect(page.getByText(w("connect.isActive"))).toBeVisible();
    await reach(page, w("copy.what", { label: w("guide.token.url") })); // it is pasted by hand
    const stored = await world.call(`GET`, `connections/${id}/credentials`);
    expect([stored.apiVersion, stored.botNo, stored.serverId]).toEqual(["V1", keys.botNo, keys.serverId]);
    await world.call("POST", `connections/${id}:disable`, {});
    await world.call("DELETE", `connections/${id}`);
  });

for (const language of languages)
  test(`an employee is added without a mouse, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const key = (name: string) => page.keyboard.press(name);
    const name = `鍵盤 入子 ${language}`;
    await page.goto("/settings/employees/new");
    await expect(page.getByRole("textbox", { name: w("employee.number") })).toBeFocused();
    await page.keyboard.insertText(`K-${language}`);
    await type(page, w("employee.name"), name);
    await key("Enter");
    const review = page.getByRole("heading", { level: 2, name: w("review.title") });
    await expect(review).toBeFocused();
    await reach(page, w("action.back"), 3); // 送信 comes first
    await key("Enter");
    await expect(page.getByRole("textbox", { name: w("employee.name") })).toBeFocused();
    await type(page, w("employee.department"), "営業部");
    await reach(page, w("action.confirm"), 6);
    await key("Space");
    await expect(review).toBeFocused();
    await reach(page, w("action.send"), 2);
    await key("Space");
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    expect((await world.everybody()).find((e) => e.displayName === name)?.department).toBe("営業部");
  });

for (const language of languages)
  test(`a month is submitted, sent back, submitted again and approved without a mouse, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`鍵盤 打子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await expect(page.getByRole("button", { name: w("verb.submit"), exact: true })).toBeVisible();
    const decide = async (verb: "submit" | "sendBack" | "approve", state: string, comment = "") => {
      await reach(page, w(`verb.${verb}`));
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog")).toBeVisible();
      await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
      if (comment) await page.keyboard.insertText(comment);
      await reach(page, w(`verb.${verb}`));
      await page.keyboard.press("Enter");
      await expect(page.locator(".page-head").getByText(state, { exact: true })).toBeVisible();
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(page.getByRole("main")).toBeFocused(); // the button is gone; the next is a few Tabs away
    };
    await decide("submit", w("sheetState.SUBMITTED"));
    await decide("sendBack", w("sheetState.SENT_BACK"), "退勤がありません");
    await decide("submit", w("sheetState.SUBMITTED"));
    await decide("approve", w("sheetState.APPROVED"));

    // A dialog is left by Escape, and the focus returns to what opened it.
    await reach(page, w("verb.cancelApproval"));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("button", { name: w("verb.cancelApproval") })).toBeFocused();
  });

for (const language of languages)
  test(`the guide is walked from the log-in to the first message without a mouse, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const key = (name: string) => page.keyboard.press(name);
    const title = (name: string) => expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
    const go = async (name: string | RegExp, how = "Enter") => {
      await reach(page, name);
      await key(how);
    };
    await freeBot(world);
    await page.context().clearCookies();
    await page.goto("/login");
    await title(w("login.title"));
    await type(page, w("account.email"), administrator.email);
    await type(page, w("account.password"), password);
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
    for (const [label, name] of keyFields) await type(page, label, keys[name] ?? "");
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

for (const language of languages)
  test(`the menu of a phone keeps the focus from the screen behind it, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.setViewportSize({ width: 390, height: 860 });
    await page.goto("/today");
    const menu = page.getByRole("navigation", { name: w("nav.label") });
    const opener = page.getByRole("button", { name: w("nav.open") });
    await opener.press("Enter");
    await expect(menu.getByRole("link").first()).toBeFocused();
    const stops = await menu.locator("a, button").count();
    for (let i = 0; i < stops + 3; i++) {
      await page.keyboard.press("Tab");
      await expect(page.locator(":is(main, .topbar, .skip):is(:focus, :focus-within)")).toHaveCount(0);
    }
    await menu.getByRole("link").first().focus();
    await page.keyboard.press("Escape");
    await expect(opener).toBeFocused();

    await opener.press("Enter");
    await menu.getByRole("link", { name: w("nav.events") }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: w("nav.events") })).toBeVisible();
    await expect(page.getByRole("main")).toBeFocused();
    await expect(menu).toBeHidden();
  });
