// A connection is renamed, and moves from API 1.0 to 2.0 and back without losing a key.
import { look } from "./look";
import { answer, expect, press, test } from "./world";

test("a connection is renamed, and the name is taken back", async ({ page, world }) => {
  await page.goto(`/settings/integrations/${world.connection}`);
  await press(page, "その他の操作");
  await press(page, "名前を変更する");
  await page.getByLabel("連携の名前").fill(" ");
  await answer(page, "保存");
  await expect(page.getByText("連携の名前を入力してください。")).toBeVisible();
  await page.getByLabel("連携の名前").fill("大阪支店");
  await answer(page, "保存");
  await expect(page.getByRole("heading", { level: 1, name: "大阪支店" })).toBeVisible();
  await press(page, "元に戻す");
  await expect(page.getByRole("heading", { level: 1, name: "LINE WORKS" })).toBeVisible();
});

test("keys of API 2.0 wait beside those of 1.0, are tested, used, and given up again", async ({ page, world }) => {
  // The one bot of this company becomes free, and a connection has keys of API 1.0.
  await world.call("POST", `connections/${world.connection}:disable`, {});
  await page.goto(`/settings/integrations/${world.connection}`);
  await press(page, "その他の操作");
  await press(page, "連携を削除する");
  await answer(page, "連携を削除する");
  await expect(page.getByRole("heading", { level: 1, name: "連携サービスの設定" })).toBeVisible();
  const { name } = await world.call<{ name: string }>("POST", "connections", {
    service: "LINE_WORKS",
    displayName: "LINE WORKS",
  });
  await world.call("PUT", `${name}/credentials`, await world.oldKeys());

  const id = name.split("/").pop();
  await page.goto(`/settings/integrations/${id}/setup`);
  await press(page, "キーを差し替える");
  await page.getByRole("radio", { name: /API 2\.0/ }).check();
  await expect(page.getByRole("radio", { name: /準備して、テストしてから/ })).toBeChecked();
  const keys = await world.keys();
  await page.getByLabel("Client ID必須").fill(keys.clientId ?? "");
  await page.getByLabel("Client Secret必須").fill(keys.clientSecret ?? "");
  await page.getByLabel("Service Account必須").fill(keys.serviceAccount ?? "");
  await page.getByLabel("Private Key必須").fill(keys.privateKey ?? "");
  await page.getByLabel("Bot ID必須").fill(keys.botId ?? "");
  await page.getByLabel("Bot Secret必須").fill(keys.botSecret ?? "");
  await press(page, "確認");
  await expect(page.getByText("準備中のキーとして保存します。")).toBeVisible();
  await press(page, "送信");
  await expect(page.getByRole("heading", { name: "準備中のキー", exact: true })).toBeVisible();
  expect((await world.call(`GET`, `${name}/credentials`)).apiVersion).toBe("V1"); // nothing is switched yet
  await press(page, "接続テストを実行");
  await expect(page.getByText("アクセストークンの取得")).toBeVisible();
  await look(page, "connection-staged");

  await press(page, "このキーに切り替える");
  await answer(page, "このキーに切り替える");
  await expect(page.getByText("以前のキーも有効です")).toBeVisible();
  expect((await world.call(`GET`, `${name}/credentials`)).apiVersion).toBe("V2");
  await look(page, "connection-previous");
  await press(page, "以前のキーに戻す");
  await answer(page, "以前のキーに戻す");
  await expect(page.getByRole("heading", { name: "準備中のキー", exact: true })).toBeVisible();
  expect((await world.call(`GET`, `${name}/credentials`)).apiVersion).toBe("V1");
  await press(page, "準備中のキーを破棄する");
  await answer(page, "準備中のキーを破棄する");
  await expect(page.getByRole("heading", { name: "準備中のキー", exact: true })).toHaveCount(0);

  await world.call("DELETE", name);
  await world.connect();
});

test("an emoji from the list becomes a keyword, and what was not sent is there after a reload", async ({
  page,
  world,
}) => {
  await page.goto(`/settings/integrations/${world.connection}/setup`);
  await press(page, "出勤に絵文字を追加");
  await page.getByRole("button", { name: "🙋", exact: true }).click();
  await expect(page.getByRole("button", { name: "出勤に絵文字を追加" })).toBeFocused();
  await page.getByLabel("試す文章").fill("🙋");
  await expect(page.getByText("「出勤」として打刻されます")).toBeVisible();
  // The same word in another spelling, and one that stands elsewhere, are told while typing.
  await page.getByRole("textbox", { name: "外出" }).fill("そとへ");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "外出" }).fill("ソトヘ");
  await page.keyboard.press("Enter");
  await expect(page.getByText("表記だけが違う言葉がすでにあります。").first()).toBeVisible();
  await page.reload();
  await expect(page.getByText("入力途中の内容を復元しました。")).toBeVisible();
  await expect(page.getByRole("list", { name: "出勤" }).getByText("🙋")).toBeVisible();
  await press(page, "入力を破棄する");
  await expect(page.getByRole("list", { name: "出勤" }).getByText("🙋")).toHaveCount(0);
});
