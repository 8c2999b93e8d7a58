// A connection is renamed, and moves from API 1.0 to 2.0 and back without losing a key.
import { look } from "./look";
import { answer, expect, inEnglish, languages, press, test } from "./world";

test("a connection is renamed, and the name is taken back, however long that takes", async ({ page, world }) => {
  await page.clock.install();
  await page.goto(`/settings/integrations/${world.connection}`);
  await press(page, "その他の操作");
  await press(page, "名前を変更する");
  await page.getByLabel("連携の名前").fill(" ");
  await answer(page, "保存");
  await expect(page.getByText("連携の名前を入力してください。")).toBeVisible();
  await page.getByLabel("連携の名前").fill("大阪支店");
  await answer(page, "保存");
  await expect(page.getByRole("heading", { level: 1, name: "大阪支店" })).toBeVisible();
  await page.clock.fastForward("15:00"); // who is slow has the time (WCAG 2.2.1), and on other screens, too
  await page.getByRole("link", { name: "従業員一覧" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "従業員一覧" })).toBeVisible();
  await press(page, "元に戻す");
  const done = page.getByText("名前を「LINE WORKS」に変更しました。");
  await expect(done).toBeVisible();
  await done.hover();
  await page.clock.fastForward("01:00");
  await expect(done).toBeVisible(); // it is being read
  await page.mouse.move(0, 0);
  await expect(done).toHaveCount(0);
  await page.goto(`/settings/integrations/${world.connection}`);
  await expect(page.getByRole("heading", { level: 1, name: "LINE WORKS" })).toBeVisible();
});

for (const language of languages)
  test(`keys of API 2.0 wait beside those of 1.0, are tested, used, and given up again, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = said[language];
    if (language === "en") await inEnglish(page);
    // The one bot of this company becomes free, and a connection has keys of API 1.0.
    await world.call("POST", `connections/${world.connection}:disable`, {});
    await page.goto(`/settings/integrations/${world.connection}`);
    await press(page, w.others);
    await press(page, w.remove);
    await answer(page, w.remove);
    await expect(page.getByRole("heading", { level: 1, name: w.services })).toBeVisible();
    const { name } = await world.call<{ name: string }>("POST", "connections", {
      service: "LINE_WORKS",
      displayName: "LINE WORKS",
    });
    await world.call("PUT", `${name}/credentials`, await world.oldKeys());
    const version = async () => (await world.call("GET", `${name}/credentials`)).apiVersion;
    const waiting = page.getByRole("heading", { name: w.waiting, exact: true });

    const id = name.split("/").pop();
    await page.goto(`/settings/integrations/${id}/setup`);
    await press(page, w.replace);
    await page.getByRole("radio", { name: /API 2\.0/ }).check();
    await expect(page.getByRole("radio", { name: w.later })).toBeChecked();
    const keys = await world.keys();
    for (const [label, key] of [
      ["Client ID", "clientId"],
      ["Client Secret", "clientSecret"],
      ["Service Account", "serviceAccount"],
      ["Private Key", "privateKey"],
      ["Bot ID", "botId"],
      ["Bot Secret", "botSecret"],
    ] as const)
      await page.getByRole("textbox", { name: new RegExp(`^${label} ?${w.must}`) }).fill(keys[key] ?? "");
    await press(page, w.check);
    await expect(page.getByText(w.willWait)).toBeVisible();
    await press(page, w.send);
    await expect(waiting).toBeVisible();
    expect(await version()).toBe("V1"); // nothing is switched yet
    await press(page, w.test);
    await expect(page.getByText(w.token, { exact: true })).toBeVisible();
    if (language === "ja") await look(page, "connection-staged");

    await press(page, w.activate);
    await answer(page, w.activate);
    await expect(page.getByText(w.earlier)).toBeVisible();
    expect(await version()).toBe("V2");
    if (language === "ja") await look(page, "connection-previous");
    await press(page, w.back);
    await answer(page, w.back);
    await expect(waiting).toBeVisible();
    expect(await version()).toBe("V1");
    await press(page, w.discard);
    await answer(page, w.discard);
    await expect(waiting).toHaveCount(0);

    await world.call("DELETE", name);
    await world.connect();
  });

const said = {
  ja: {
    others: "その他の操作",
    remove: "連携を削除する",
    services: "連携サービスの設定",
    replace: "キーを差し替える",
    later: /準備して、テストしてから/,
    must: "必須",
    check: "確認",
    willWait: "準備中のキーとして保存します。",
    send: "送信",
    waiting: "準備中のキー",
    test: "接続テストを実行",
    token: "アクセストークンの取得",
    activate: "このキーに切り替える",
    earlier: "以前のキーも有効です",
    back: "以前のキーに戻す",
    discard: "準備中のキーを破棄する",
  },
  en: {
    others: "More actions",
    remove: "Delete the connection",
    services: "Chat services",
    replace: "Replace the keys",
    later: /After testing them/,
    must: "required",
    check: "Check",
    willWait: "These keys will wait.",
    send: "Send",
    waiting: "Keys that wait",
    test: "Run the test",
    token: "Access token",
    activate: "Switch to these keys",
    earlier: "The earlier keys are still valid",
    back: "Back to the keys before",
    discard: "Discard the waiting keys",
  },
};

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
