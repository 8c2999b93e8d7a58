// What is sensitive asks for a proof of identity that is not older than ten minutes,
// and is done after all, with everything that was typed.
import type { Page } from "@playwright/test";
import { look } from "./look";
import { administrator, expect, inEnglish, password, press, test, type World } from "./world";

// A log-in of the page's own, since a proof replaces its session.
async function logIn(page: Page) {
  await page.context().clearCookies();
  await page.goto("/login");
  await page.getByLabel(/メールアドレス|E-mail/).fill(administrator.email);
  await page.getByLabel(/^(パスワード|Password)$/).fill(password);
  await press(page, /^(ログイン|Log in)$/);
  await expect(page.getByRole("navigation").first()).toBeVisible();
}

// elevenMinutes makes the proof of the latest session that old.
const elevenMinutes = (world: World) =>
  world.execute(`update identity.sessions set proof_time = now() - interval '11 minutes'
    where id = (select id from identity.sessions order by create_time desc limit 1)`);

const proof = (page: Page, name = "本人確認") => page.getByRole("dialog", { name });

test("keys of LINE WORKS are replaced after a proof", async ({ page, world }) => {
  const path = `connections/${world.connection}/credentials`;
  const before = await world.call("GET", path);
  await logIn(page);
  await page.goto(`/settings/integrations/${world.connection}/setup`);
  await press(page, "キーを差し替える");
  const keys = await world.keys();
  const fields: [string, string | undefined][] = [
    ["Client ID必須", keys.clientId],
    ["Client Secret必須", keys.clientSecret],
    ["Service Account必須", keys.serviceAccount],
    ["Private Key必須", keys.privateKey],
    ["Bot ID必須", keys.botId],
    ["Bot Secret必須", keys.botSecret],
  ];
  for (const [label, value] of fields) await page.getByLabel(label).fill(value ?? "");
  await elevenMinutes(world);
  await press(page, "確認"); // a mere check asks for nothing
  await expect(page.getByRole("button", { name: "送信", exact: true })).toBeVisible();
  await press(page, "送信");
  const dialog = proof(page);
  await expect(dialog.getByLabel("パスワード")).toBeFocused();
  await look(page, "proof");
  await dialog.getByLabel("パスワード").fill("間違ったパスワード");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("メールアドレスまたはパスワードが正しくありません。")).toBeVisible();
  await expect(dialog.getByLabel("パスワード")).toBeFocused();
  await dialog.getByLabel("パスワード").fill(password);
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "送信", exact: true })).toHaveCount(0); // it is on the next step
  expect((await world.call("GET", path)).etag).not.toBe(before.etag);
});

test("a dialog that asks for a proof waits behind it, and Escape gives up nothing but the proof", async ({
  page,
  world,
}) => {
  await inEnglish(page);
  await logIn(page);
  await page.goto("/settings/keys");
  await press(page, "Make an API key");
  const form = page.getByRole("dialog", { name: "Make an API key" });
  await form.getByLabel("Name").fill("payroll");
  await elevenMinutes(world);
  const issue = form.getByRole("button", { name: "Make an API key" });
  await issue.click();
  const dialog = proof(page, "Confirm that it is you");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(issue).toBeFocused();
  await expect(form.getByLabel("Name")).toHaveValue("payroll");
  await expect(form.getByText("This needs another proof that it is you.")).toBeVisible();
  await issue.click();
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Confirm and continue" }).click();
  await expect(page.locator("code", { hasText: "dkk_" })).toBeVisible();
  await page.keyboard.press("Escape");
});
