// The second factor with the keyboard alone: what comes takes the focus, and every step has a way back.
import type { Page } from "@playwright/test";
import { reach } from "./keyboard";
import { code } from "./totp";
import { box, elsewhere, expect, languages, password, speak, test, type World, type words } from "./world";

type Words = ReturnType<typeof words>;

const go = async (page: Page, name: string | RegExp) => {
  await reach(page, name);
  await page.keyboard.press("Enter");
};

// invited is a browser in which a manager has just chosen a password by the link.
async function invited(page: Page, world: World, w: Words, email: string) {
  const account = { email, name: `二段 鍵子 ${email}`, role: "MANAGER" };
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", account);
  await page.goto(made.invitation.link.replace(/^http:\/\/[^/]+/, world.admin));
  await expect(box(page, w("password.new"))).toBeFocused();
  await page.keyboard.insertText(password);
  await page.getByLabel(w("password.again")).focus();
  await page.keyboard.insertText(password);
  await page.keyboard.press("Enter");
}

// knock logs in as far as the second factor is asked for.
async function knock(page: Page, w: Words, email: string) {
  await expect(box(page, w("account.email"))).toBeFocused();
  await page.keyboard.insertText(email);
  await box(page, w("account.password")).focus();
  await page.keyboard.insertText(password);
  await page.keyboard.press("Enter");
}

for (const language of languages)
  test(`a password, a second factor and its recovery codes without a mouse, in ${language}`, async ({
    page: hers,
    world,
  }) => {
    const email = `second-${language}@example.co.jp`;
    const page = await elsewhere(hers, world, language);
    const w = await speak(page, language);
    await invited(page, world, w, email);
    await expect(page.getByRole("region", { name: w("invitation.done") })).toBeFocused();
    await go(page, w("login.title"));
    await knock(page, w, email);
    await expect(page.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();

    await page.goto("/profile");
    await box(page, w("totp.password")).focus();
    await page.keyboard.insertText("not this one");
    await page.keyboard.press("Enter");
    await expect(page.getByText(/^(パスワードが正しくありません。|The password is wrong\.)$/)).toBeVisible();
    await box(page, w("totp.password")).fill(password);
    await page.keyboard.press("Enter");
    await expect(box(page, w("totp.code"))).toBeFocused();
    const secret = (await page.locator(".copy code").textContent()) ?? "";
    await page.keyboard.insertText(code(secret, 0));
    await page.keyboard.press("Enter");
    const codes = page.getByRole("heading", { name: w("totp.codesTitle") });
    await expect(codes).toBeFocused();
    await expect(codes).toHaveAccessibleDescription(w("totp.codesLead"));
    const recovery = (await page.locator(".recovery li").first().textContent()) ?? "";
    await go(page, w("totp.codesKept"));
    await expect(page.getByRole("heading", { name: w("totp.title") })).toBeFocused();

    await page.context().clearCookies();
    await page.goto("/login");
    await knock(page, w, email);
    await expect(box(page, w("totp.code"))).toBeFocused();
    await page.keyboard.insertText("000000");
    await page.keyboard.press("Enter");
    await expect(box(page, w("totp.code"))).toHaveAttribute("aria-invalid", "true");
    await go(page, w("login.useRecovery"));
    await expect(box(page, w("totp.recovery"))).toBeFocused();
    await expect(box(page, w("totp.recovery"))).not.toHaveAttribute("aria-invalid", "true"); // the code was
    await go(page, w("login.useCode"));
    await expect(box(page, w("totp.code"))).toBeFocused();
    await go(page, w("login.usePassword"));
    await expect(box(page, w("account.email"))).toBeFocused();
    await expect(box(page, w("account.email"))).toHaveValue(email);
    await page.keyboard.press("Enter");
    await go(page, w("login.useRecovery"));
    await page.keyboard.insertText(recovery);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();
    await page.context().close();
  });

for (const language of languages)
  test(`what is refused after the log-in over a form has the focus, in ${language}`, async ({ page: hers, world }) => {
    const email = `refused-${language}@example.co.jp`;
    const taken = await world.hire(`先客 番子 ${language}`);
    const page = await elsewhere(hers, world, language);
    const w = await speak(page, language);
    await invited(page, world, w, email);
    await go(page, w("login.title"));
    await knock(page, w, email);
    await expect(page.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();
    await page.goto("/profile");
    await box(page, w("totp.password")).fill(password);
    await page.keyboard.press("Enter");
    await expect(box(page, w("totp.code"))).toBeFocused();
    await page.keyboard.insertText(code((await page.locator(".copy code").textContent()) ?? "", 0));
    await page.keyboard.press("Enter");
    const recovery = (await page.locator(".recovery li").first().textContent()) ?? "";

    await page.goto("/settings/employees/new");
    await box(page, w("employee.name")).fill("後客 番子");
    await box(page, w("employee.number")).fill(taken.employeeNumber);
    await page.context().clearCookies();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: w("gate.title") });
    await expect(box(dialog, w("account.password"))).toBeFocused();
    await page.keyboard.insertText(password);
    await page.keyboard.press("Enter");
    await go(page, w("login.useRecovery"));
    await expect(box(dialog, w("totp.recovery"))).toBeFocused();
    await page.keyboard.press("Enter"); // nothing is typed
    await expect(dialog.getByText(w("form.required", { label: w("totp.recovery") }))).toBeVisible();
    await page.keyboard.insertText(recovery);
    await page.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await expect(box(page, w("employee.number"))).toHaveAttribute("aria-invalid", "true");
    await expect(box(page, w("employee.number"))).toBeFocused();
    await page.context().close();
  });
