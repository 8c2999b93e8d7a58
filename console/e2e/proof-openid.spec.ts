// Who logs in at the provider proves it there, in a window of its own, while the
// screen behind it stays as it is.
import { expect, test } from "@playwright/test";
import { start } from "./installation";
import { look } from "./look";
import { provide } from "./provider";
import { found, press } from "./world";

test("a proof at the provider", async ({ browser }) => {
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
    const context = await browser.newContext({ baseURL: dakoku.admin, locale: "ja-JP", timezoneId: "Asia/Tokyo" });
    const page = await context.newPage();
    await page.goto(`/#invitation=${invitation.secret}`);
    await press(page, /社内ID/);
    await page.getByRole("link", { name: "次郎としてログイン" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "今日の勤怠" })).toBeVisible();

    await page.goto("/settings/keys");
    await press(page, "APIキーを発行");
    const form = page.getByRole("dialog", { name: "APIキーを発行" });
    await form.getByLabel("名前").fill("給与システム連携");
    await dakoku.execute("update identity.sessions set proof_time = now() - interval '11 minutes'");
    await form.getByRole("button", { name: "APIキーを発行" }).click();
    const dialog = page.getByRole("dialog", { name: "本人確認" });
    await expect(dialog.getByText("会社のアカウントでもう一度ログインしてください")).toBeVisible();
    await look(page, "proof-openid");
    const opened = context.waitForEvent("page");
    await dialog.getByRole("button", { name: "もう一度ログインする" }).click();
    const window = await opened;
    await window.getByRole("link", { name: "次郎としてログイン" }).click();
    await expect(page.locator("code", { hasText: "dkk_" })).toBeVisible();
    await expect(page.getByText("APIキーを発行しました")).toBeVisible();
    expect(provider.asked.map((q) => `${q.get("prompt")} ${q.get("max_age")}`)).toEqual(["null null", "login 0"]);
    await context.close();
  } finally {
    await dakoku.stop();
    provider.stop();
  }
});
