// Single steps of the guide: emoji and clashes of keywords, keys out of a file, and what waits for the first message.
import { expect, languages, press, speak, test } from "./world";

for (const language of languages) {
  test(`an emoji becomes a keyword, and what was not sent is there after a reload, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const [clockIn, goOut] = [w("kind.CLOCK_IN"), w("kind.GO_OUT")];
    const emoji = page.getByRole("button", { name: w("guide.phrases.emoji", { kind: clockIn }) });
    const words = page.getByRole("list", { name: clockIn });
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await emoji.click();
    await page.getByRole("button", { name: "🌞", exact: true }).click();
    await expect(emoji).toBeFocused();
    await page.getByLabel(w("try.label")).fill("🌞");
    await expect(page.getByText(w("try.punch", { kind: clockIn }))).toBeVisible();
    // The same word in another spelling, and one that stands elsewhere, are told while typing.
    for (const word of ["そとへ", "ソトヘ"]) {
      await page.getByRole("textbox", { name: goOut }).fill(word);
      await page.keyboard.press("Enter");
    }
    await expect(page.getByText(/表記だけが違う言葉がすでにあります。|in another spelling/).first()).toBeVisible();
    await page.reload();
    await expect(page.getByText(w("form.restored"))).toBeVisible();
    await expect(words.getByText("🌞")).toBeVisible();
    await press(page, w("form.discard"));
    await expect(words.getByText("🌞")).toHaveCount(0);
  });

  test(`a word that stands elsewhere is told before it is one, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    const [clockIn, clockOut] = [w("kind.CLOCK_IN"), w("kind.CLOCK_OUT")];
    const field = page.getByRole("textbox", { name: clockOut });
    await field.pressSequentially("出勤");
    const clash = page.getByText(w("guide.phrases.clash", { word: "出勤", other: clockIn }));
    await expect(clash).toBeVisible();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByRole("list", { name: clockOut }).getByText("出勤", { exact: true })).toHaveCount(0);
    await field.press("Backspace");
    await expect(clash).toHaveCount(0);
  });

  test(`the guide leads to the Developer Console, and a long keyword stays in its chip, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    await page.setViewportSize({ width: 390, height: 860 });
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    const link = page.getByRole("link", { name: w("guide.console") });
    await expect(link).toHaveAttribute("href", "https://developers.worksmobile.com/jp/console/");
    await expect(link).toHaveAttribute("target", "_blank");
    await expect(link).toHaveAttribute("rel", "noreferrer");
    const field = page.getByRole("textbox", { name: w("kind.GO_OUT") });
    await field.fill("あ".repeat(50));
    await page.keyboard.press("Enter");
    const chip = page.locator(".chip", { hasText: "あ".repeat(50) });
    // How far a corner is rounded, against how far the text stands from the sides.
    const round = await chip.evaluate((it) => {
      const { width, height } = it.getBoundingClientRect();
      const radius = Number.parseFloat(getComputedStyle(it).borderTopLeftRadius);
      return { lines: height / 22, radius: Math.min(radius, width / 2, height / 2) };
    });
    expect(round.lines).toBeGreaterThan(2);
    expect(round.radius).toBeLessThan(18);
  });

  test(`a keyword punches beside its trigger alone, at the head where that is asked for, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const sentence = page.getByLabel(w("try.label"));
    const punches = page.getByText(w("try.punch", { kind: w("kind.CLOCK_IN") }));
    const none = page.getByText(w("try.none"), { exact: true });
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await sentence.fill("出勤");
    await expect(punches).toBeVisible();
    await page.getByRole("textbox", { name: w("guide.trigger.label") }).fill("@打刻");
    await page.keyboard.press("Enter");
    await expect(none).toBeVisible();
    await sentence.fill("本日 @打刻 出勤");
    await expect(punches).toBeVisible();
    await page.getByRole("radio", { name: new RegExp(`^${w("guide.trigger.head")}`) }).check();
    await expect(none).toBeVisible();
    await sentence.fill("@打刻 出勤");
    await expect(punches).toBeVisible();
  });

  test(`a key is read out of its file, and what is too long for one is not, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    const file = (name: string, text: string) =>
      page
        .locator('input[type="file"]')
        .setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });
    await file("video.key", "x".repeat(65 * 1024));
    await expect(
      page.getByText(w("guide.keys.fileTooLong", { file: "video.key", field: "Private Key" })),
    ).toBeVisible();
    const field = page.getByRole("textbox", { name: /^Private Key/ });
    await expect(field).toHaveValue("");
    const { privateKey = "" } = await world.keys();
    await file("private_20261128.key", privateKey);
    await expect(page.getByText(w("guide.keys.read", { file: "private_20261128.key" }))).toBeVisible();
    expect((await field.inputValue()).trim()).toBe(privateKey.trim());
  });

  test(`the first message is waited for again after the door could not answer, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const away = /\/v1\/events\?/;
    await page.route(away, (route) => route.fulfill({ status: 504, json: { code: 4, message: "待たせています" } }));
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.toConnect"));
    const panel = page.locator("section", { has: page.getByRole("heading", { name: w("first.title") }) });
    await expect(panel.getByText("待たせています")).toBeVisible();
    await expect(panel.getByRole("button", { name: w("action.retry") })).toBeVisible();
    await page.unroute(away);
    await expect(panel.getByText(w("first.lead"))).toBeVisible(); // without a press
    await expect(panel.getByRole("alert")).toHaveCount(0);
    await world.say(0, "出勤");
    await expect(panel.getByText(w("first.arrived"))).toBeVisible();
  });
}
