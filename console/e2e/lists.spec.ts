// Lists are found again as they were left, whoever leaves them and however.
import AxeBuilder from "@axe-core/playwright";
import { expect, guest, languages, press, speak, test, type World } from "./world";

/** So many people that a list does not show all of them at once, as quickly as a file brings them in. */
async function crowd(world: World, name: string) {
  const rows = Array.from({ length: 250 }, (_, i) => `L${name.slice(-2)}${i},${name} ${i},群衆部`);
  await world.call("POST", "employees:import", { csv: `社員番号,氏名,部署\n${rows.join("\n")}\n` });
}

for (const language of languages) {
  test(`a list is found again as it was left, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = `群衆${language}`;
    await crowd(world, name);
    const search = page.getByLabel(w("employees.search"));
    const state = page.getByLabel(w("employees.state"));
    const rows = page.locator("tbody tr");
    const more = (n: number, left: number) => press(page, w("list.more", { n, left }));
    await page.goto("/settings/employees");
    await state.selectOption("ALL");
    await search.pressSequentially(name, { delay: 20 });
    await expect(search).toHaveValue(name);
    await more(100, 150);
    // The last step takes its button away: a keyboard goes on at the first row that came, and a mouse stays where it is.
    const last = page.getByRole("button", { name: w("list.more", { n: 50, left: 50 }) });
    await last.scrollIntoViewIfNeeded();
    const seen = await page.evaluate(() => scrollY);
    await last.click();
    await expect(rows).toHaveCount(250);
    await expect(rows.nth(200).getByRole("link").first()).toBeFocused();
    expect(await page.evaluate(() => scrollY)).toBe(seen);
    const one = page.getByRole("link", { name: w("employees.editWhom", { name: `${name} 99` }) });
    await one.scrollIntoViewIfNeeded();
    await page.waitForTimeout(300); // the place of the page is noted after it has come to rest
    const place = await page.evaluate(() => scrollY);
    expect(place).toBeGreaterThan(1000);
    await one.click();
    await expect(
      page.getByRole("heading", { level: 1, name: w("employees.editOf", { name: `${name} 99` }) }),
    ).toBeVisible();
    await page.goBack();
    await expect(rows).toHaveCount(250);
    await expect(search).toHaveValue(name);
    await expect(state).toHaveValue("ALL");
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(place);

    // Also after a reload, and for whoever is sent the address.
    await page.reload();
    await expect(rows).toHaveCount(250);
    await expect(search).toHaveValue(name);

    // Another search begins the list anew, and a link to the bare list bares it.
    await search.fill(`${name} 1`);
    await expect(rows).toHaveCount(100);
    await page
      .getByRole("navigation", { name: w("nav.label") })
      .getByRole("link", { name: w("nav.employees") })
      .click();
    await expect(search).toHaveValue("");
    await expect(state).toHaveValue("ACTIVE");
    expect(new URL(page.url()).search).toBe("");
  });

  test(`whoever has changed an employee, or has not, is led back to the list as it was, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`戻り 道子 ${language}`);
    const search = page.getByLabel(w("employees.search"));
    await page.goto("/settings/employees");
    await search.fill(who.displayName);
    const edit = page.getByRole("link", { name: w("employees.editWhom", { name: who.displayName }) });
    await edit.click();
    await page.getByRole("link", { name: w("action.cancel"), exact: true }).click();
    await expect(search).toHaveValue(who.displayName);
    await edit.click();
    await page.getByLabel(w("employee.department")).fill("帰還部");
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(search).toHaveValue(who.displayName);
    await expect(page.locator("tbody tr")).toHaveCount(1);
  });

  test(`today and the months keep what they are narrowed with, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`絞込 残子 ${language}`);
    const search = page.getByLabel(w("employees.search"));
    const one = page.getByRole("link", { name: who.displayName, exact: true });
    const title = page.getByRole("heading", { level: 1, name: new RegExp(who.displayName) });
    await page.goto("/today");
    const absent = page.getByRole("button", { name: w("presence.ABSENT"), exact: true });
    await absent.click();
    await search.fill(who.displayName);
    await one.click();
    await expect(title).toBeVisible();
    await page.goBack();
    await expect(search).toHaveValue(who.displayName);
    await expect(absent).toHaveAttribute("aria-pressed", "true");

    await page.goto("/timesheets");
    await page.getByLabel(w("timesheets.state")).selectOption("OPEN");
    await search.fill(who.displayName);
    await press(page, w("month.before"));
    const month = await page.locator(".month-nav strong").textContent();
    await one.click();
    await expect(title).toBeVisible();
    await page.goBack();
    await expect(search).toHaveValue(who.displayName);
    await expect(page.getByLabel(w("timesheets.state"))).toHaveValue("OPEN");
    await expect(page.locator(".month-nav strong")).toHaveText(month ?? "");
    const menu = page.getByRole("navigation", { name: w("nav.label") });
    await expect(menu.getByRole("link", { name: w("timesheets.title"), exact: true })).toHaveAttribute(
      "aria-current",
      "page",
    );
  });

  test(`cards are columns again when the row that left them no room is gone, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const name = `幅広 ${language}`;
    const long = await world.hire(`${name} 長子`, undefined, "W".repeat(90));
    for (let i = 0; i < 12; i++) await world.hire(`${name} 細子 ${i}`);
    const table = page.locator("main table");
    const search = page.getByLabel(w("employees.search"));
    await page.goto("/settings/employees");
    await search.fill(name);
    await expect(table).toHaveClass(/narrow/);

    // To look whether there is room moves nothing, and ends.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const place = await page.evaluate(() => scrollY);
    expect(place).toBeGreaterThan(400);
    await table.evaluate((element) => {
      const counted = window as unknown as { redrawn: number };
      counted.redrawn = 0;
      new MutationObserver((all) => {
        counted.redrawn += all.length;
      }).observe(element, { attributes: true, attributeFilter: ["class"] });
    });
    await page.setViewportSize({ width: 1279, height: 860 });
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => scrollY)).toBe(place);
    const redrawn = await page.evaluate(() => (window as unknown as { redrawn: number }).redrawn);
    expect(redrawn).toBeGreaterThan(0);
    expect(redrawn).toBeLessThan(20);

    await search.fill(`${name} 細子`);
    await expect(table).toHaveClass(/wide/);
    await search.fill(name);
    await expect(table).toHaveClass(/narrow/);
    await world.call("PATCH", long.name, { department: "営業部" }); // a word that no window has room for
  });

  test(`what was searched for is nobody else's, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const email = `searching-${language}@example.co.jp`;
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
      email,
      name: `探し 見子 ${language}`,
      role: "ADMINISTRATOR",
    });
    const hers = await guest(page, world, made.invitation.link, email, language);
    await world.hire(`探し 物子 ${language}`);
    const search = hers.getByLabel(w("employees.search"));
    const drafts = () => hers.evaluate(() => Object.keys(sessionStorage).filter((k) => k.startsWith("dakoku.draft.")));
    await hers.goto("/settings/employees");
    await search.fill("山田");
    await expect(hers).toHaveURL(/q=/);
    await hers.getByRole("link", { name: w("nav.rules"), exact: true }).click();
    await expect(hers.getByRole("heading", { level: 1, name: w("nav.rules") })).toBeVisible();
    expect(await drafts()).toEqual(["dakoku.draft.list./settings/employees"]);

    // Whoever goes back within the time that the address waits finds the screen before as it was.
    await hers.getByRole("link", { name: w("nav.today"), exact: true }).click();
    await search.fill("佐藤");
    await hers.goBack();
    await expect(hers.getByRole("heading", { level: 1, name: w("nav.rules") })).toBeVisible();
    await hers.waitForTimeout(600);
    expect(new URL(hers.url()).search).toBe("");

    await hers.goto("/settings/employees?q=%E5%B1%B1%E7%94%B0");
    await expect(search).toHaveValue("山田");
    await press(hers, new RegExp(`探し 見子 ${language}`));
    await press(hers, w("nav.logOut"));
    await expect(hers).toHaveURL(/\/login/);
    await expect(hers.getByLabel(w("account.email"))).toBeVisible();
    expect(await drafts()).toEqual([]);
    await hers.context().close();
  });

  test(`headings follow one another, and landmarks have names of their own, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const found = async () => {
      const { violations } = await new AxeBuilder({ page }).withRules(["heading-order", "landmark-unique"]).analyze();
      return violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`);
    };
    await world.hire(`見出 順子 ${language}`);
    await page.goto("/settings/employees?q=nobody-is-called-so");
    await expect(page.getByRole("heading", { name: w("employees.nobody") })).toBeVisible();
    expect(await found()).toEqual([]);
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await expect(page.getByRole("note").first()).toBeVisible();
    expect(await found()).toEqual([]);
  });
}
