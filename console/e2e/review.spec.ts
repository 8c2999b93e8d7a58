// 「確認」 as a place of its own: the keyboard and the screen reader go on from it, and Back leads to the form.
import type { Page } from "@playwright/test";
import { fillKeys } from "./keys";
import { box, expect, languages, press, speak, test } from "./world";

const head = (page: Page, name: string) => page.getByRole("heading", { level: 2, name, exact: true });

for (const language of languages) {
  test(`Back from the review of the guide leads to what was typed, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const review = head(page, w("review.title"));
    const chip = page.getByRole("list", { name: w("kind.GO_OUT"), exact: true }).getByText("外へ");
    const secret = box(page, "Bot Secret");
    const keys = await world.keys();
    const stands = async () => {
      await expect(chip).toBeVisible();
      await expect(secret).toHaveValue(keys.botSecret ?? "");
      await expect(box(page, "Private Key")).toHaveValue(keys.privateKey ?? "");
    };
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await page.getByRole("textbox", { name: w("kind.GO_OUT"), exact: true }).fill("外へ");
    await press(page, w("guide.keys.replace"));
    await fillKeys(page, keys);
    await secret.press("Enter");
    await expect(review).toBeFocused();
    await expect(review).toHaveAccessibleDescription(w("review.lead"));
    await expect(review).toBeInViewport();

    await page.goBack();
    await stands();
    await expect(secret).toBeFocused(); // where Enter was pressed
    await page.goForward();
    await expect(review).toBeFocused();
    await press(page, w("action.back"));
    await stands();
    await expect(secret).toBeFocused();

    // What was changed since was not looked at.
    await box(page, "Client ID").fill("another");
    await page.goForward();
    await expect(box(page, "Client ID")).toHaveValue("another");
    await expect(review).toHaveCount(0);
    await box(page, "Client ID").fill(keys.clientId ?? "");
    await press(page, w("action.confirm"));
    await expect(review).toBeFocused();

    // A reload takes the keys, and the form says which are to be typed again.
    page.once("dialog", (asked) => asked.accept());
    await page.reload();
    await expect(page.getByText(w("guide.keys.again"))).toBeVisible();
    await expect(chip).toBeVisible();
    await expect(box(page, "Client ID")).toHaveValue(keys.clientId ?? "");
    await expect(page.getByText(w("guide.keys.missing", { label: "Client Secret" }))).toBeVisible();
    await expect(box(page, "Client Secret")).toBeFocused();
    await fillKeys(page, keys);
    await press(page, w("action.confirm"));
    await expect(review).toBeFocused();
    await page.goBack();
    await stands();
    await page.goForward();
    await press(page, w("action.send"));
    await expect(page.getByRole("region", { name: w("guide.step.connect") })).toBeFocused();
    await page.goBack();
    await expect(page.getByText(w("guide.keys.kept"))).toBeVisible();
    await expect(page.getByRole("main")).toBeFocused();
    await page.goForward();
    await expect(head(page, w("connect.activateTitle"))).toBeVisible();
  });

  test(`Back from the review of an employee leads to what was typed, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    const review = head(page, w("review.title"));
    const name = box(page, w("employee.name"));
    await page.setViewportSize({ width: 390, height: 700 });
    await page.goto("/settings/employees");
    await page
      .getByRole("link", { name: w("employees.add") })
      .first()
      .click();
    await box(page, w("employee.number")).fill(`R-${language}`);
    await name.fill(`確認 戻子 ${language}`);
    await page.getByRole("button", { name: w("action.confirm"), exact: true }).press("Enter");
    await expect(review).toBeFocused();
    await expect(review).toBeInViewport();
    await page.goBack();
    await expect(name).toHaveValue(`確認 戻子 ${language}`);
    await expect(page.getByRole("button", { name: w("action.confirm"), exact: true })).toBeFocused();
    await page.goForward();
    await expect(review).toBeFocused();
    await page.reload();
    await expect(page.getByText(w("form.restored"))).toBeVisible();
    await expect(name).toHaveValue(`確認 戻子 ${language}`);
    await press(page, w("action.confirm"));
    await press(page, w("action.back"));
    await expect(name).toHaveValue(`確認 戻子 ${language}`);
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    await page.goBack(); // what is sent is not reviewed again
    await expect(box(page, w("employee.number"))).toHaveValue("");
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
  });
}

for (const language of languages)
  test(`what is sent stands reviewed until the list has come, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.goto("/settings");
    await page.goto("/settings/employees/new");
    await box(page, w("employee.number")).fill(`RS-${language}`);
    await box(page, w("employee.name")).fill(`送信 済子 ${language}`);
    await press(page, w("action.confirm"));
    await expect(head(page, w("review.title"))).toBeVisible();
    await page.evaluate((label) => {
      const seen = { form: false };
      Object.assign(window, { seen });
      const look = () => {
        if ([...document.querySelectorAll("label")].some((l) => l.textContent?.startsWith(label))) seen.form = true;
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    }, w("employee.number"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    expect(await page.evaluate(() => (window as unknown as { seen: { form: boolean } }).seen.form)).toBe(false);
  });
