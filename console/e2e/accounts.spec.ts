// Accounts: departments of managers, and the second factor of log-in.
import type { Page } from "@playwright/test";
import { look } from "./look";
import { code } from "./totp";
import {
  administrator,
  answer,
  box,
  elsewhere,
  expect,
  guest,
  knock,
  type Language,
  languages,
  like,
  logIn,
  password,
  press,
  speak,
  test,
  type World,
  words,
} from "./world";

for (const language of languages)
  test(`a manager is limited to departments, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const [name, sales, engineer] =
      language === "ja" ? ["伊藤 三郎", "斎藤 一郎", "松本 二郎"] : ["伊藤 四郎", "斎藤 五郎", "松本 六郎"];
    const email = `ito-${language}@example.co.jp`;
    await world.hire(sales, undefined, "営業部");
    await world.hire(engineer, undefined, "開発部");
    await page.goto("/settings/accounts");
    await press(page, w("accounts.add"));
    const dialog = page.getByRole("dialog");
    const departments = dialog.getByRole("textbox", { name: w("accounts.departments") });
    await expect(departments).toHaveCount(0); // of an employee there are none
    const missing = dialog.getByText(w("accounts.employeeMissing"));
    const employee = dialog.getByRole("combobox", { name: w("accounts.employee") });
    for (const role of ["EMPLOYEE", "EMPLOYEE_READ_ONLY"] as const) {
      await dialog
        .getByRole("radio", { name: like(`${w(`role.${role}`)}*`) })
        .first()
        .check();
      await expect(missing).toBeVisible(); // nothing could be seen with it
    }
    const none = await employee.inputValue();
    await employee.selectOption({ index: 1 });
    await expect(missing).toHaveCount(0);
    await employee.selectOption(none);
    await expect(missing).toBeVisible();
    await box(dialog, w("account.name")).fill(name);
    await box(dialog, w("account.email")).fill(email);
    await dialog.getByRole("radio", { name: new RegExp(`^${w("role.MANAGER")}`) }).check();
    await expect(missing).toHaveCount(0); // a manager sees the others
    await answer(page, "営業部");
    await departments.fill("広報部");
    await page.keyboard.press("Enter");
    await expect(dialog.getByText(w("accounts.departmentsUnknown", { names: "広報部" }))).toBeVisible();
    await answer(page, w("chips.remove", { word: "広報部" }));
    if (language === "ja") await look(page, "account-departments");
    await answer(page, w("accounts.addAndLink"));
    const link = (await dialog.locator("code").textContent()) ?? "";
    await answer(page, w("action.close"));
    await expect(page.getByRole("row", { name: new RegExp(`${name}.*営業部`) })).toBeVisible();

    const his = await guest(page, world, link, email, language);
    await his.goto("/settings/employees");
    await expect(his.getByText(sales)).toBeVisible();
    await expect(his.getByText(engineer)).toHaveCount(0);
    await his.goto("/settings/employees/senders");
    await expect(his.getByRole("heading", { level: 1, name: w("senders.title") })).toBeVisible();
    await expect(his.locator("main :is(.empty, table)").first()).toBeVisible();
    await expect(his.getByRole("button", { name: w("sync.preview") })).toHaveCount(0); // it concerns everybody
    await his.context().close();

    await page.reload(); // he has accepted meanwhile
    await page.getByRole("button", { name: w("employees.editWhom", { name }) }).click();
    await answer(page, w("chips.remove", { word: "営業部" }));
    await answer(page, w("action.save"));
    await expect(page.getByRole("row", { name: new RegExp(name) })).not.toContainText("営業部");
  });

for (const language of languages)
  test(`TOTP is confirmed, asked for at log-in, and a recovery code stands in for it once, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const email = `kobayashi-${language}@example.co.jp`;
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
      email,
      name: "小林 由美",
      role: "MANAGER",
    });
    const hers = await guest(page, world, made.invitation.link, email, language);
    const field = (label: string) => hers.getByRole("textbox", { name: new RegExp(`^${label}`) });
    const inside = () => expect(hers.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();
    await hers.goto("/profile");
    await hers.getByLabel(w("totp.password")).fill(password);
    await press(hers, w("totp.start"));
    const secret = (await hers.locator(".copy code").textContent()) ?? "";
    await field(w("totp.code")).fill("000000");
    await press(hers, w("totp.confirm"));
    await expect(field(w("totp.code"))).toHaveAttribute("aria-invalid", "true");
    await field(w("totp.code")).fill(code(secret, 0));
    await press(hers, w("totp.confirm"));
    await expect(hers.getByText(w("totp.codesTitle"))).toBeVisible();
    const factor = hers.locator("section", { has: hers.getByRole("heading", { name: w("totp.title") }) });
    await expect(factor.getByText(w("totp.on"), { exact: true })).toBeVisible();
    const recovery = (await hers.locator(".recovery li").first().textContent()) ?? "";
    if (language === "ja") await look(hers, "totp-codes");
    await press(hers, w("totp.codesKept"));
    await expect(hers.getByText(w("totp.active"))).toBeVisible();

    await leave(hers, language);
    await knock(hers, email, language);
    await expect(field(w("totp.code"))).toBeVisible();
    await expect(hers.getByText(w("login.lost"))).toBeVisible(); // the password is right
    await expect(hers.getByText(w("login.forgotten"))).toHaveCount(0);
    if (language === "ja") await look(hers, "login-code");
    await field(w("totp.code")).fill(code(secret, 1)); // no code twice, and the next one is taken early
    await press(hers, w("login.button"));
    await inside();

    for (const used of [false, true]) {
      await leave(hers, language);
      await knock(hers, email, language);
      await press(hers, w("login.useRecovery"));
      await field(w("totp.recovery")).fill(recovery);
      await press(hers, w("login.button"));
      if (used) await expect(field(w("totp.recovery"))).toHaveAttribute("aria-invalid", "true");
      else await inside();
    }

    // Whoever has lost the app and the codes gets a link that takes the second factor away.
    await page.goto("/settings/accounts");
    const row = page.getByRole("row", { name: new RegExp(email) });
    await row.getByRole("button", { name: w("action.moreOf", { name: "小林 由美" }) }).click();
    await press(page, w("accounts.resetTotp"));
    await answer(page, w("accounts.makeLink"));
    const link = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
    await hers.goto(link.replace(/^http:\/\/[^/]+/, world.admin));
    await box(hers, w("password.new")).fill(password);
    await hers.getByLabel(w("password.again")).fill(password);
    await press(hers, w("invitation.button"));
    await expect(hers.getByText(w("invitation.done"))).toBeVisible();
    await logIn(hers, email, language);
    await hers.context().close();
  });

// lost is a manager of that name, who is logged in once; and the list of the devices, which the administrator opens.
async function lost(page: Page, world: World, language: Language, name: string, email: string) {
  const w = await speak(page, language);
  const role = "MANAGER";
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", { email, name, role });
  const hers = await guest(page, world, made.invitation.link, email);
  const open = async () => {
    await page.goto("/settings/accounts");
    await page.getByRole("button", { name: w("action.moreOf", { name: administrator.name }) }).click();
    await expect(page.getByRole("button", { name: w("sessions.title"), exact: true })).toHaveCount(0); // one's own are in the profile
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: w("action.moreOf", { name }) }).click();
    await press(page, w("sessions.title"));
    return page.getByRole("dialog", { name: w("sessions.titleOf", { name }) });
  };
  return { w, hers, open };
}

const outside = (page: Page) => expect(page.getByRole("heading", { level: 1, name: "ログイン" })).toBeVisible();

for (const language of languages) {
  test(`a device of somebody else is logged out after a question, in ${language}`, async ({ page, world }) => {
    const name = language === "ja" ? "中村 直子" : "中村 美和";
    const { w, hers, open } = await lost(page, world, language, name, `nakamura-${language}@example.co.jp`);
    const list = await open();
    await expect(list.getByText("Chrome / Linux")).toBeVisible();
    await expect(list.getByRole("button", { name: w("sessions.endAll") })).toHaveCount(0); // of one device that is the same
    if (language === "ja") await look(page, "account-sessions");
    const one = list.getByRole("button", {
      name: like(w("sessions.endWhich", { device: "Chrome / Linux", facts: "*" })),
    });
    const sure = page.getByRole("dialog", { name: w("sessions.endTitle") });
    await one.click();
    await sure.getByRole("button", { name: w("action.cancel") }).click();
    await expect(one).toBeFocused();
    await one.click();
    await sure.getByRole("button", { name: w("sessions.end"), exact: true }).click();
    await expect(list.getByText(w("sessions.none"))).toBeVisible();
    await expect(list.getByRole("button", { name: w("action.close") })).toBeFocused(); // what opened the question is gone
    await hers.reload();
    await outside(hers);
    await hers.context().close();
  });

  test(`all devices of somebody else are logged out at once, in ${language}`, async ({ page, world }) => {
    const name = language === "ja" ? "加藤 直子" : "加藤 美和";
    const email = `kato-${language}@example.co.jp`;
    const { w, hers, open } = await lost(page, world, language, name, email);
    const second = await elsewhere(page, world);
    await logIn(second, email);
    const list = await open();
    await expect(list.getByText("Chrome / Linux")).toHaveCount(2);
    const all = list.getByRole("button", { name: w("sessions.endAll") });
    await all.click();
    const sure = page.getByRole("dialog", { name: w("sessions.endAllTitle") });
    await sure.getByRole("button", { name: w("sessions.endAll") }).click();
    await expect(list.getByText(w("sessions.none"))).toBeVisible();
    await expect(all).toHaveCount(0);
    for (const device of [hers, second]) {
      await device.reload();
      await outside(device);
      await device.context().close();
    }
  });
}

for (const language of languages)
  test(`an account is stopped after a question, and used again, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = language === "ja" ? "山口 直子" : "山口 美和";
    const email = `yamaguchi-${language}@example.co.jp`;
    const role = "MANAGER";
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", { email, name, role });
    const hers = await guest(page, world, made.invitation.link, email);
    const row = page.getByRole("row", { name: new RegExp(email) });
    const choose = async (what: string) => {
      await row.getByRole("button", { name: w("action.moreOf", { name }) }).click();
      await press(page, what);
    };
    await page.goto("/settings/accounts");
    await choose(w("accounts.deactivate"));
    await answer(page, w("action.cancel"));
    await choose(w("accounts.deactivate"));
    await answer(page, w("accounts.deactivate"));
    await expect(row.getByText(w("accountState.DEACTIVATED"))).toBeVisible();
    await hers.reload();
    await outside(hers);
    await knock(hers, email);
    await expect(hers.getByRole("alert")).toBeVisible();
    await choose(w("accounts.reactivate"));
    await expect(row.getByText(w("accountState.ACTIVE"))).toBeVisible();
    await logIn(hers, email);
    await hers.context().close();
  });

async function leave(page: Page, language: Language) {
  const w = words(language);
  await page.getByRole("button", { name: /小林 由美/ }).click();
  await press(page, w("nav.logOut"));
  await expect(page.getByRole("heading", { level: 1, name: w("login.title") })).toBeVisible();
}
