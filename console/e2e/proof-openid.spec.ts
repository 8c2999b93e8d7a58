// Who logs in at the provider proves it there, in a window of its own, while the
// screen behind it stays as it is.
import { expect, test } from "@playwright/test";
import { start } from "./installation";
import { look } from "./look";
import { provide } from "./provider";
import { found, languages, press, speak } from "./world";

test("a proof at the provider, in both languages", async ({ browser }) => {
  const provider = await provide();
  const dakoku = await start({
    DAKOKU_OPENID_ISSUER: provider.issuer,
    DAKOKU_OPENID_CLIENT_ID: "dakoku",
    DAKOKU_OPENID_CLIENT_SECRET: "the-secret-of-the-client",
    DAKOKU_OPENID_NAME: "社内ID",
  });
  try {
    const world = await found(dakoku);
    const { invitation } = await world.call<{ invitation: { secret: string } }>("POST", "accounts", {
      email: "jiro@example.co.jp",
      name: "鈴木 次郎",
      role: "ADMINISTRATOR",
    });
    for (const language of languages) {
      provider.asked.length = 0;
      const context = await browser.newContext({ baseURL: dakoku.admin, locale: "ja-JP", timezoneId: "Asia/Tokyo" });
      const page = await context.newPage();
      const w = await speak(page, language);
      // In Japanese the invitation is accepted; in English the same person logs in.
      await page.goto(language === "ja" ? `/#invitation=${invitation.secret}` : "/login");
      await press(page, /社内ID/);
      await page.getByRole("link", { name: "次郎としてログイン" }).click();
      await expect(page.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();

      await page.goto("/settings/keys");
      await press(page, w("keys.add"));
      const form = page.getByRole("dialog", { name: w("keys.add") });
      await form.getByLabel(w("keys.name")).fill(`給与システム連携 ${language}`);
      await dakoku.execute("update identity.sessions set proof_time = now() - interval '11 minutes'");
      await form.getByRole("button", { name: w("keys.add") }).click();
      const dialog = page.getByRole("dialog", { name: w("proof.title") });
      await expect(dialog.getByText(w("proof.openid"))).toBeVisible();
      if (language === "ja") await look(page, "proof-openid");
      const opened = context.waitForEvent("page");
      await dialog.getByRole("button", { name: w("proof.again") }).click();
      const window = await opened;
      await window.getByRole("link", { name: "次郎としてログイン" }).click();
      await expect(page.locator("code", { hasText: "dkk_" })).toBeVisible();
      await expect(page.getByRole("heading", { name: w("keys.made") })).toBeVisible();
      expect(provider.asked.map((q) => `${q.get("prompt")} ${q.get("max_age")}`)).toEqual(["null null", "login 0"]);
      await context.close();
    }
  } finally {
    await dakoku.stop();
    provider.stop();
  }
});
