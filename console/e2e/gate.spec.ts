// The log-in over a form whose session has expired: it cannot be lost, and who
// leaves through it leaves nothing for the next person.
import type { Page } from "@playwright/test";
import {
  administrator,
  answer,
  box,
  elsewhere,
  expect,
  languages,
  logIn,
  password,
  press,
  speak,
  test,
  type World,
  type words,
} from "./world";

type Words = ReturnType<typeof words>;

/** typed fills a part of a form in. */
async function typed(page: Page, w: Words, name: string) {
  await page.goto("/settings/employees/new");
  await box(page, w("employee.name")).fill(name);
  await box(page, w("employee.number")).fill("777");
}

/** expired ends the session under it. */
async function expired(page: Page, w: Words) {
  await page.context().clearCookies();
  await page.getByRole("button", { name: w("action.confirm"), exact: true }).dispatchEvent("click");
  const dialog = page.getByRole("dialog", { name: w("gate.title") });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** somebody is another administrator, with a password. */
async function somebody(world: World, language: string, email = `next-${language}@example.co.jp`) {
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
    email,
    name: `次席 使子 ${language}`,
    role: "ADMINISTRATOR",
  });
  const secret = decodeURIComponent(/#invitation=(.+)$/.exec(made.invitation.link)?.[1] ?? "");
  const accepted = await fetch(`${world.admin}/v1/invitations:accept`, {
    method: "POST", // as nobody: it would end the session of the administrator
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ secret, password }),
  });
  expect(accepted.status).toBe(200);
  return email;
}

for (const language of languages) {
  test(`Escape does not close the log-in over a form, however often, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await typed(page, w, `逃避 鍵子 ${language}`);
    const dialog = await expired(page, w);
    const secret = dialog.getByLabel(w("account.password"), { exact: true });
    await secret.fill(password);
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press("Escape");
      await page.waitForTimeout(200); // a dialog that closes does it a moment later
      await expect(dialog).toBeVisible();
      await expect(secret).toBeFocused();
    }
    await answer(page, w("login.button"));
    await expect(page.getByText(w("review.title"))).toBeVisible();
  });

  test(`what is discarded for the log-in is gone, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await typed(page, w, `破棄 願子 ${language}`);
    await expired(page, w);
    await answer(page, w("gate.leave"));
    await expect(page.getByRole("heading", { level: 1, name: w("login.title") })).toBeVisible();
    await logIn(page, administrator.email, language);
    await page.goto("/settings/employees/new");
    await expect(box(page, w("employee.name"))).toHaveValue("");
  });

  test(`what is half typed waits for its person and for nobody else, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const other = await somebody(world, language);
    await page.context().clearCookies();
    await logIn(page, administrator.email, language);
    await typed(page, w, `持主 待子 ${language}`);
    await page.context().clearCookies();
    await logIn(page, administrator.email, language);
    await page.goto("/settings/employees/new");
    await expect(box(page, w("employee.name"))).toHaveValue(`持主 待子 ${language}`);
    await page.context().clearCookies();
    await logIn(page, other, language);
    await page.goto("/settings/employees/new");
    await expect(box(page, w("employee.name"))).toHaveValue("");
    await press(page, w("action.confirm")); // it is the form itself
    await expect(page.getByText(w("form.required", { label: w("employee.name") }))).toBeVisible();
  });

  test(`a wrong address says so and leads to the first screen, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    for (const path of ["/audit", "/nowhere/at/all"]) {
      const answered = await page.goto(path);
      expect(answered?.status()).toBe(404);
      await expect(page.getByRole("heading", { level: 1, name: w("lost.title") })).toBeVisible();
    }
    await page.getByRole("link", { name: w("lost.home") }).click();
    await expect(page.getByRole("heading", { level: 1, name: w("today.title") })).toBeVisible();
  });

  test(`the log-in leads on whoever is logged in, in this tab or another, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const shows = (at: Page, name: string) => expect(at.getByRole("heading", { level: 1, name })).toBeVisible();
    await page.goto(`/login?next=${encodeURIComponent("/timesheets?period=2025-01")}`);
    await shows(page, w("timesheets.title"));
    expect(page.url()).toMatch(/\/timesheets\?period=2025-01$/);
    for (const next of ["", "?next=//example.com", "?next=https://example.com", "?next=/login?next=/login"]) {
      await page.goto(`/login${next}`);
      await shows(page, w("today.title"));
      expect(new URL(page.url()).pathname).toBe("/today");
    }
    await page.goto("/login?other=true");
    await shows(page, w("login.title"));

    const waits = await elsewhere(page, world, language);
    await waits.goto("/login?next=/profile");
    await shows(waits, w("login.title"));
    await logIn(await waits.context().newPage(), administrator.email, language);
    await waits.evaluate(() => window.dispatchEvent(new Event("visibilitychange"))); // as on coming back to the tab
    await shows(waits, w("profile.title"));
    await press(waits, new RegExp(administrator.name));
    await press(waits, w("nav.logOut"));
    await shows(waits, w("login.title"));
    await waits.context().close();
  });

  test(`a tab notices that somebody else has logged in in another one, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const email = `tab-${language}@example.co.jp`;
    await somebody(world, language, email);
    const hers = await elsewhere(page, world, language);
    await logIn(hers, administrator.email, language);
    await typed(hers, w, `二窓 開子 ${language}`);
    const sent: string[] = [];
    hers.on("request", (r) => r.method() !== "GET" && sent.push(r.url()));
    await logIn(await hers.context().newPage(), email, language);
    const dialog = hers.getByRole("dialog", { name: w("gate.otherTitle") });
    await expect(dialog).toContainText(administrator.name);
    await hers.keyboard.press("Escape");
    await hers.keyboard.press("Escape");
    await hers.getByRole("button", { name: w("action.confirm"), exact: true }).dispatchEvent("click");
    await expect(dialog).toBeVisible();
    expect(sent).toEqual([]);
    await answer(hers, w("gate.other"));
    await expect(hers.getByRole("button", { name: new RegExp(`次席 使子 ${language}`) })).toBeVisible();
    await hers.goto("/settings/employees/new");
    await expect(box(hers, w("employee.name"))).toHaveValue("");
    await hers.context().close();
  });
}
