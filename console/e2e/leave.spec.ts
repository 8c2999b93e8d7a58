// Back on a phone or of a mouse: over a dialog it leads out of the dialog first, as Escape does.
import type { Page } from "@playwright/test";
import { answer, back, box, expect, languages, press, speak, test } from "./world";

for (const language of languages)
  test(`Back does not lose what is typed into a dialog unasked, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.goto("/settings");
    await page
      .getByRole("main")
      .getByRole("link", { name: new RegExp(`^${w("nav.accounts")}`) })
      .click();
    await press(page, w("accounts.add"));
    const dialog = page.getByRole("dialog", { name: w("accounts.add") });
    const name = box(dialog, w("account.name"));
    await name.fill("戻り 押子");
    await back(page);
    const question = page.getByRole("dialog", { name: w("dialog.lose.title") });
    await expect(question).toBeVisible();
    await expect(page).toHaveURL(/\/settings\/accounts$/);
    await back(page); // the question is a dialog, too
    await expect(question).toHaveCount(0);
    await expect(name).toHaveValue("戻り 押子");
    await back(page);
    await answer(page, w("dialog.lose.button"));
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1, name: w("nav.accounts") })).toBeVisible();

    await press(page, w("accounts.add"));
    await expect(dialog).toBeVisible();
    await back(page); // nothing is typed
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(/\/settings\/accounts$/);
    await back(page);
    await expect(page.getByRole("heading", { level: 1, name: w("nav.settings") })).toBeVisible();
  });

for (const language of languages)
  test(`Back leads past a dialog that cannot be left, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.goto("/settings");
    await page
      .getByRole("main")
      .getByRole("link", { name: new RegExp(`^${w("nav.employees")}`) })
      .click();
    await page
      .getByRole("link", { name: w("employees.add") })
      .first()
      .click();
    await box(page, w("employee.number")).fill("778");
    await box(page, w("employee.name")).fill("逃げ 道子");
    await page.context().clearCookies();
    await page.getByRole("button", { name: w("action.confirm"), exact: true }).click();
    await expect(page.getByRole("dialog", { name: w("gate.title") })).toBeVisible();
    await back(page);
    await expect(page).not.toHaveURL(/employees\/new$/);
  });

const twice = (page: Page) =>
  page.evaluate(() => {
    history.back();
    setTimeout(() => history.back(), 20);
  });

for (const language of languages) {
  test(`two quick Backs lose nothing that is typed into a dialog, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.goto("/today");
    await page.getByRole("link", { name: w("nav.rules"), exact: true }).click();
    await page.getByRole("link", { name: w("nav.accounts"), exact: true }).click();
    await press(page, w("accounts.add"));
    const dialog = page.getByRole("dialog", { name: w("accounts.add") });
    await box(dialog, w("account.name")).fill("二度 押子");
    await twice(page);
    await page.waitForTimeout(1_000); // both have come to their end
    await expect(page).toHaveURL(/\/settings\/accounts$/);
    await expect(box(dialog, w("account.name"))).toHaveValue("二度 押子");
  });

  test(`a second Back while one is asked about parts no address from its screen, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    await page.goto("/settings/employees");
    await page.getByRole("link", { name: w("nav.integrations"), exact: true }).click();
    const setUp = page.locator(`a[href="/settings/integrations/${world.connection}/setup"]`);
    await setUp.click();
    await expect(page.getByRole("heading", { level: 1, name: w("guide.title") })).toBeVisible();
    await press(page, w("guide.keys.replace"));
    const secret = box(page, "Client Secret");
    await secret.fill("not-to-be-kept");
    const asked = page.getByRole("dialog", { name: w("leave.title") });
    await back(page);
    await expect(asked).toBeVisible();
    await back(page);
    await page.waitForTimeout(300);
    await answer(page, w("action.cancel"));
    await expect(asked).toHaveCount(0);
    await page.waitForTimeout(300); // the way back is done
    await expect(page).toHaveURL(new RegExp(`${world.connection}/setup$`));
    await expect(secret).toHaveValue("not-to-be-kept");
    await back(page);
    await expect(asked).toBeVisible();
    await answer(page, w("leave.button"));
    await expect(setUp).toBeVisible();
  });
}
