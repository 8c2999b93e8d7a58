// Drafts: what was typed and not sent comes back, what was sent does not, and what others changed meanwhile stands.
import type { Page } from "@playwright/test";
import { fillKeys } from "./keys";
import { administrator, answer, back, box, expect, languages, press, speak, test, type World, words } from "./world";

type Settings = { phrases: Record<string, string[]>; etag: string };
const settingsOf = (world: World) => `connections/${world.connection}/punchSettings`;

/** others changes the words of a kind, as somebody else does. */
async function others(world: World, kind: string, words: string[]) {
  const now = await world.call<Settings>("GET", settingsOf(world));
  await world.call("PUT", settingsOf(world), { ...now, phrases: { ...now.phrases, [kind]: words } });
}

async function add(page: Page, kind: string, word: string) {
  await page.getByRole("textbox", { name: kind, exact: true }).fill(word);
  await page.keyboard.press("Enter");
}

for (const language of languages) {
  test(`what the guide has sent is no draft, and what others change is shown, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const words = page.getByRole("list", { name: w("kind.GO_OUT"), exact: true });
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await add(page, w("kind.GO_OUT"), `送信 ${language}`);
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { name: w("connect.activateTitle") })).toBeVisible();
    await others(world, "GO_OUT", [`他人 ${language}`]);
    await press(page, w("connect.back"));
    await page.reload();
    await expect(words.getByText(`他人 ${language}`)).toBeVisible();
    await expect(words.getByText(`送信 ${language}`)).toHaveCount(0);
    await expect(page.getByText(w("form.restored"))).toHaveCount(0);
  });

  test(`words that one adds and words that another changes are both stored, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await add(page, w("kind.GO_OUT"), `自分 ${language}`);
    await others(world, "COME_BACK", [`別人 ${language}`]);
    await page.reload();
    await expect(page.getByText(w("form.restored"))).toBeVisible();
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { name: w("connect.activateTitle") })).toBeVisible();
    const { phrases } = await world.call<Settings>("GET", settingsOf(world));
    expect(phrases.GO_OUT).toContain(`自分 ${language}`);
    expect(phrases.COME_BACK).toEqual([`別人 ${language}`]);
  });

  test(`what was stored in part is sent again without typing the keys again, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const keys = /\/credentials(\?.*validateOnly=false.*)?$/;
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await add(page, w("kind.GO_OUT"), `半分 ${language}`);
    await press(page, w("guide.keys.replace"));
    await fillKeys(page, await world.keys());
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("review.title"))).toBeVisible();
    // The door stores the words, and can neither store nor read keys.
    await page.route(keys, (route) => route.fulfill({ status: 504, json: { code: 4, message: "待たせています" } }));
    await press(page, w("action.send"));
    await expect(page.getByText("待たせています")).toBeVisible();
    await expect(page.getByRole("button", { name: w("action.send"), exact: true })).toBeEnabled();
    const { phrases } = await world.call<Settings>("GET", settingsOf(world));
    expect(phrases.GO_OUT).toContain(`半分 ${language}`);
    await page.unroute(keys);
    const stored = page.waitForResponse((r) => r.request().method() === "PUT" && r.url().includes("/credentials"));
    await press(page, w("action.send"));
    expect((await stored).status()).toBe(200);
    await expect(page.getByRole("heading", { name: w("connect.activateTitle") })).toBeVisible();
  });

  test(`keys that are stored are not sent again with what was refused, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const words = /\/punchSettings\?.*validateOnly=false/;
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    await fillKeys(page, await world.keys());
    await press(page, w("action.confirm"));
    await page.route(words, (route) => route.fulfill({ status: 504, json: { code: 4, message: "待たせています" } }));
    await press(page, w("action.send"));
    await expect(page.getByText("待たせています")).toBeVisible();
    await page.unroute(words);
    const sent: string[] = [];
    page.on("request", (r) => {
      if (r.method() === "PUT") sent.push(new URL(r.url()).pathname.split("/").pop() ?? "");
    });
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { name: w("connect.activateTitle") })).toBeVisible();
    expect(sent).toEqual(["punchSettings"]);
  });

  test(`a field that nobody touched keeps what another stored, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`競合 前子 ${language}`);
    await page.goto(`/settings/employees/${who.id}`);
    await box(page, w("employee.name")).fill(`競合 後子 ${language}`);
    await world.call("PATCH", who.name, { department: "総務部" });
    await press(page, w("action.confirm"));
    await expect(page.getByText(/他の人が先に更新しました|Somebody else changed this first/)).toBeVisible();
    await page.reload();
    await expect(page.getByText(w("form.restored"))).toBeVisible();
    await expect(box(page, w("employee.name"))).toHaveValue(`競合 後子 ${language}`);
    await expect(box(page, w("employee.department"))).toHaveValue("総務部");
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    const after = await world.call("GET", who.name);
    expect(after).toMatchObject({ displayName: `競合 後子 ${language}`, department: "総務部" });
  });

  test(`what was cancelled does not come back, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`中止 止子 ${language}`);
    await page.goto(`/settings/employees/${who.id}`);
    await box(page, w("employee.department")).fill("経理部");
    await page.getByRole("link", { name: w("action.cancel"), exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    await page.goto(`/settings/employees/${who.id}`);
    await expect(box(page, w("employee.department"))).toHaveValue("営業部");
    await expect(page.getByText(w("form.restored"))).toHaveCount(0);
  });

  test(`keys that were being replaced are asked for again after a reload, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    await box(page, "Client ID").fill("another");
    await box(page, "Client Secret").fill("not-to-be-kept");
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("not-to-be-kept");
    await page.reload();
    await expect(page.getByText(w("guide.keys.again"))).toBeVisible();
    await expect(box(page, "Client ID")).toHaveValue("another");
    await expect(box(page, "Client Secret")).toHaveValue("");
    await press(page, w("form.discard"));
    await expect(page.getByText(w("guide.keys.kept"))).toBeVisible();
  });

  test(`keys that were typed outlive a change of language, and are not lost unasked, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const other = language === "ja" ? "en" : "ja";
    const title = page.getByRole("heading", { level: 1, name: w("guide.title") });
    const setUp = page.locator('a[href$="/setup"]').first(); // of the screen before the guide
    await page.goto("/settings/integrations");
    await page.locator(`a[href="/settings/integrations/${world.connection}"]`).first().click();
    await setUp.click();
    await expect(title).toBeVisible();
    await press(page, w("guide.keys.replace"));
    await box(page, "Client Secret").fill("not-to-be-kept");
    await press(page, new RegExp(administrator.name));
    await press(page, other === "en" ? "English" : "日本語");
    await expect(page.getByRole("heading", { level: 1, name: words(other)("guide.title") })).toBeVisible();
    await expect(box(page, "Client Secret")).toHaveValue("not-to-be-kept");
    expect(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).not.toContain(
      "not-to-be-kept",
    );
    await press(page, new RegExp(administrator.name));
    await press(page, language === "en" ? "English" : "日本語");
    await expect(title).toBeVisible();
    const asked = page.getByRole("dialog", { name: w("leave.title") });
    const leave = async () => {
      await expect(asked).toHaveCount(0);
      await back(page);
      await expect(asked).toBeVisible();
    };
    await leave();
    await answer(page, w("action.cancel"));
    await expect(box(page, "Client Secret")).toHaveValue("not-to-be-kept");
    expect(page.url()).toContain("/setup");
    await leave();
    await answer(page, w("leave.button"));
    await expect(setUp).toBeVisible();
    await page.goForward();
    await expect(box(page, "Client Secret")).toHaveValue("");
  });

  test(`keys that were given up are gone at once, also before another screen has come, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    await box(page, "Client ID").fill("another");
    await box(page, "Client Secret").fill("not-to-be-kept");
    await page.route(/\/assets\/app\/.*\.js$/, () => {}); // the screen that is gone to does not come
    await page.getByRole("link", { name: w("nav.rules"), exact: true }).click();
    await answer(page, w("leave.button"));
    await page.waitForURL("**/settings/rules");
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: w("guide.title") })).toBeVisible();
    await expect(box(page, "Client ID")).toHaveValue("another");
    await expect(box(page, "Client Secret")).toHaveValue("");
  });
}
