// Without a network: what a screen, a form and a screen that was never fetched say.
import { shown } from "./screens";
import { expect, test } from "./world";

test("without a network a screen says so, and goes on when it is back", async ({ page: watched }) => {
  const page = await watched.context().newPage(); // the browser complains of what fails
  const said = page.getByText("サーバーに接続できません。");
  await shown(page, "/settings/audit");
  await page.context().setOffline(true);
  await page.getByLabel("操作", { exact: true }).selectOption({ label: "従業員の取り込み" });
  await expect(said).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "もう一度読み込む" }).click();
  await expect(said).toHaveCount(0);
  await expect(page.locator(".skeleton")).toHaveCount(0);
});

for (const [path, button, width] of [
  ["/settings/rules", "保存", 1280],
  ["/settings/employees/new", "確認", 390],
] as const)
  test(`what is wrong with no field is said where it is seen, on ${path}`, async ({ page: watched }) => {
    const page = await watched.context().newPage();
    await page.setViewportSize({ width, height: 700 });
    await shown(page, path);
    if (width === 390) {
      await page.getByLabel("社員番号").fill("9001");
      await page.getByLabel("氏名").fill("圏外 一郎");
    }
    await page.context().setOffline(true);
    await page.locator("main").getByRole("button", { name: button, exact: true }).click();
    const said = page.getByRole("alert");
    await expect(said).toContainText("サーバーに接続できません。");
    await expect(said).toBeInViewport({ ratio: 1 });
    await expect(said).toBeFocused();
    await page.close();
  });

test("the guide says at once that nobody answers when it sends", async ({ page: watched, world }) => {
  const page = await watched.context().newPage();
  await shown(page, `/settings/integrations/${world.connection}/setup`);
  await page.getByRole("button", { name: "確認", exact: true }).click();
  const send = page.getByRole("button", { name: "送信", exact: true });
  await expect(send).toBeVisible();
  // Nothing is sent, and what would be asked anew is not waited for.
  await page.route(/\/v1\/connections\//, async (route) => {
    if (route.request().method() === "PUT") await route.abort("internetdisconnected");
  });
  await send.click();
  const said = page.getByRole("alert");
  await expect(said).toContainText("サーバーに接続できません。", { timeout: 20_000 });
  await expect(said).toBeInViewport({ ratio: 1 });
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await send.click(); // is there still, and works again
  await expect(page.getByRole("heading", { name: "連携の有効化" })).toBeVisible();
  await page.close();
});

test("a screen that cannot be fetched without a network says so, and comes when it is back", async ({
  page: watched,
}) => {
  const page = await watched.context().newPage();
  await shown(page, "/today");
  await page.context().setOffline(true);
  await page.getByRole("link", { name: "APIキー" }).click();
  await expect(page.getByText("サーバーに接続できません。")).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "再読み込み" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "APIキー" })).toBeVisible();
});
