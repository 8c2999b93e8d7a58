// The first set-up: by mouse in English (in Japanese it begins the guide), and by the keyboard alone.
import { type Browser, expect, type Page, test } from "@playwright/test";
import { type Installation, start } from "./installation";
import { reach, type } from "./keyboard";
import { watch } from "./look";
import { administrator, box, company, languages, password, press, speak } from "./world";

let dakoku: Installation;
test.beforeEach(async () => {
  test.setTimeout(900_000);
  dakoku = await start();
});
test.afterEach(() => dakoku?.stop());

async function opened(browser: Browser) {
  const context = await browser.newContext({ baseURL: dakoku.admin, locale: "ja-JP", timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  return [page, watch(page, dakoku.admin)] as const;
}

const title = (page: Page, name: string) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

test("in English: what is missing is said, and what is typed survives a reload, but for secrets", async ({
  browser,
}) => {
  const [page, complaints] = await opened(browser);
  const w = await speak(page, "en");
  await page.goto("/");
  await title(page, w("setup.title"));
  await press(page, w("setup.button"));
  await expect(page.getByText(w("form.required", { label: w("company.name") }))).toBeVisible();
  await box(page, w("company.name")).fill(company);
  await box(page, w("account.name")).fill(administrator.name);
  await box(page, w("account.email")).fill(administrator.email);
  await box(page, w("setup.secret")).fill(dakoku.secret);
  await page.reload();
  await expect(box(page, w("company.name"))).toHaveValue(company);
  await expect(box(page, w("setup.secret"))).toHaveValue("");
  await box(page, w("setup.secret")).fill("dks_of-another-installation");
  await box(page, w("account.password")).fill(password);
  await box(page, w("password.again")).fill("another");
  await press(page, w("setup.button"));
  await expect(page.getByText(w("password.differs"))).toBeVisible();
  await box(page, w("password.again")).fill(password);
  // The button is at the end of the form; what is wrong is said where it is seen.
  await page.setViewportSize({ width: 390, height: 740 });
  await press(page, w("setup.button"));
  await expect(box(page, w("setup.secret"))).toBeFocused();
  await expect(box(page, w("setup.secret"))).toBeInViewport();
  await expect(page.getByText("The setup secret is wrong or has expired")).toBeInViewport();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await box(page, w("setup.secret")).fill(dakoku.secret);
  await press(page, w("setup.button"));
  await title(page, w("integrations.title"));
  expect(complaints).toEqual([]);
  await page.context().close();
});

for (const language of languages)
  test(`the first administrator sets the installation up without a mouse, in ${language}`, async ({ browser }) => {
    const [page, complaints] = await opened(browser);
    const w = await speak(page, language);
    await page.goto("/");
    await title(page, w("setup.title"));
    await type(page, w("setup.secret"), dakoku.secret);
    await type(page, w("company.name"), company);
    await reach(page, w("company.closingDay"));
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    await type(page, w("account.name"), administrator.name);
    await type(page, w("account.email"), administrator.email);
    await type(page, w("account.password"), password);
    await type(page, w("password.again"), password);
    await page.keyboard.press("Enter");
    await title(page, w("integrations.title"));
    expect(complaints).toEqual([]);
    await page.context().close();
  });
