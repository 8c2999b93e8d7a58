// What is sensitive asks for a proof of identity that is not older than ten minutes,
// and is done after all, with everything that was typed.
import type { Page } from "@playwright/test";
import { fillKeys } from "./keys";
import { look } from "./look";
import {
  administrator,
  box,
  expect,
  type Language,
  languages,
  logIn,
  password,
  press,
  speak,
  test,
  type World,
} from "./world";

// A log-in of the page's own, since a proof replaces its session.
async function loggedIn(page: Page, language: Language) {
  const w = await speak(page, language);
  await page.context().clearCookies();
  await logIn(page, administrator.email, language);
  return w;
}

// elevenMinutes makes the proof of the latest session that old.
const elevenMinutes = (world: World) =>
  world.execute(`update identity.sessions set proof_time = now() - interval '11 minutes'
    where id = (select id from identity.sessions order by create_time desc limit 1)`);

for (const language of languages) {
  test(`keys of LINE WORKS are replaced after a proof, in ${language}`, async ({ page, world }) => {
    const path = `connections/${world.connection}/credentials`;
    const before = await world.call("GET", path);
    const w = await loggedIn(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    await fillKeys(page, await world.keys());
    await elevenMinutes(world);
    const send = page.getByRole("button", { name: w("action.send"), exact: true });
    await press(page, w("action.confirm")); // a mere check asks for nothing
    await expect(send).toBeVisible();
    await send.click();
    const dialog = page.getByRole("dialog", { name: w("proof.title") });
    const secret = dialog.getByLabel(w("account.password"), { exact: true });
    await expect(secret).toBeFocused();
    if (language === "ja") await look(page, "proof");
    await secret.fill("間違ったパスワード");
    await page.keyboard.press("Enter");
    await expect(secret).toHaveAttribute("aria-invalid", "true");
    await expect(secret).toBeFocused();
    await secret.fill(password);
    await page.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await expect(send).toHaveCount(0); // it is on the next step
    expect((await world.call("GET", path)).etag).not.toBe(before.etag);
  });

  test(`the guide opens when the proof is old, and shows the token after another, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await loggedIn(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    await box(page, "Client ID").fill("half-filled");
    await elevenMinutes(world);
    const asked: string[] = [];
    page.on("request", (r) => r.url().endsWith("/tokens") && asked.push(r.url()));
    await page.reload();
    await expect(box(page, "Client ID")).toHaveValue("half-filled");
    await expect(page.getByText(w("proof.needed"))).toBeVisible();
    await page.waitForTimeout(2_000); // long enough to ask a hundred times
    expect(asked.length).toBeLessThan(4);
    await press(page, w("proof.show"));
    const dialog = page.getByRole("dialog", { name: w("proof.title") });
    await dialog.getByLabel(w("account.password"), { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await expect(page.getByText(w("guide.token.urlHint"))).toBeVisible();
    await expect(box(page, "Client ID")).toHaveValue("half-filled");
  });

  test(`a dialog that asks for a proof waits behind it, and Escape gives up nothing but the proof, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await loggedIn(page, language);
    await page.goto("/settings/keys");
    await press(page, w("keys.add"));
    const form = page.getByRole("dialog", { name: w("keys.add") });
    const name = form.getByLabel(w("keys.name"));
    await name.fill(`payroll, ${language}`);
    await elevenMinutes(world);
    const issue = form.getByRole("button", { name: w("keys.add") });
    await issue.click();
    const dialog = page.getByRole("dialog", { name: w("proof.title") });
    await expect(dialog).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(issue).toBeFocused();
    await expect(name).toHaveValue(`payroll, ${language}`);
    await expect(form.getByText(/改めて本人確認が必要です|needs another proof that it is you/)).toBeVisible();
    await issue.click();
    await dialog.getByLabel(w("account.password"), { exact: true }).fill(password);
    await dialog.getByRole("button", { name: w("proof.button") }).click();
    await expect(page.locator("code", { hasText: "dkk_" })).toBeVisible();
    await page.keyboard.press("Escape");
  });
}
