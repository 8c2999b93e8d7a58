// Flows that are walked in both languages of the console: the words are its own, so that a flow says what it does once.
import {
  administrator,
  answer,
  box,
  elsewhere,
  expect,
  knock,
  languages,
  password,
  press,
  punched,
  speak,
  test,
} from "./world";

for (const language of languages) {
  test(`an API key is made, shown once and deleted after a question, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    const name = `payroll ${language}`;
    await page.goto("/settings/keys");
    await press(page, w("keys.add"));
    const dialog = page.getByRole("dialog");
    await answer(page, w("keys.add"));
    await expect(dialog.getByText(w("form.required", { label: w("keys.name") }))).toBeVisible();
    await box(dialog, w("keys.name")).fill(name);
    await answer(page, w("keys.add"));
    await expect(dialog.getByText(w("keys.once"))).toBeVisible();
    await expect(dialog.getByText(/^dkk_/)).toBeVisible();
    await answer(page, w("action.close"));
    const row = page.getByRole("row", { name: new RegExp(`${name}.*${w("keys.never")}`) });
    await row.getByRole("button", { name: w("keys.deleteWhich", { name }) }).click();
    await answer(page, w("action.cancel"));
    await expect(row).toBeVisible();
    await row.getByRole("button", { name: w("keys.deleteWhich", { name }) }).click();
    await answer(page, w("keys.delete"));
    await expect(row).toHaveCount(0);
  });

  test(`a key whose answer was lost is found and deleted, in ${language}`, async ({ page: watched, world }) => {
    const page = await watched.context().newPage(); // whose console tells the lost answer
    const w = await speak(page, language);
    const name = `lost ${language}`;
    await world.call("POST", "apiKeys", { displayName: `older ${language}`, role: "AUDITOR" });
    await page.route(/\/v1\/apiKeys$/, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      await route.fetch(); // it is made, and nobody hears of it
      await route.abort("connectionreset");
    });
    await page.goto("/settings/keys");
    await press(page, w("keys.add"));
    const dialog = page.getByRole("dialog");
    await box(dialog, w("keys.name")).fill(name);
    await answer(page, w("keys.add"));
    await expect(dialog.getByText(w("keys.lostMore", { name }))).toBeVisible();
    await answer(page, w("action.cancel"));
    const first = page.locator("tbody tr").first();
    await expect(first).toHaveAccessibleName(new RegExp(`^${name}.*${w("keys.never")}`));
    await first.getByRole("button", { name: w("keys.deleteWhich", { name }) }).click();
    await answer(page, w("keys.delete"));
    await expect(first).toHaveAccessibleName(new RegExp(`^older ${language}`));
    await first.getByRole("button").click();
    await answer(page, w("keys.delete"));
    await page.close();
  });

  test(`who is invited chooses a password by the link and logs in, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const email = `invited-${language}@example.co.jp`;
    await page.goto("/settings/accounts");
    await press(page, w("accounts.add"));
    const dialog = page.getByRole("dialog");
    await box(dialog, w("account.name")).fill(`招待 来子 ${language}`);
    await box(dialog, w("account.email")).fill(email);
    await dialog.getByRole("radio", { name: new RegExp(`^${w("role.MANAGER")}`) }).check();
    await answer(page, w("accounts.addAndLink"));
    await expect(dialog.getByText(w("accounts.linkOnce"))).toBeVisible();
    const link = (await dialog.locator("code").textContent()) ?? "";
    await answer(page, w("action.close"));

    const hers = await elsewhere(page, world, language);
    await hers.goto(link.replace(/^http:\/\/[^/]+/, world.admin));
    await expect(hers.getByRole("heading", { level: 1, name: w("invitation.title") })).toBeVisible();
    expect(hers.url()).not.toContain("dki_");
    await box(hers, w("password.new")).fill(password);
    await hers.getByLabel(w("password.again")).fill("another one, as long");
    await press(hers, w("invitation.button"));
    await expect(hers.getByText(w("password.differs"))).toBeVisible();
    await hers.getByLabel(w("password.again")).fill(password);
    await press(hers, w("invitation.button"));
    await expect(hers.getByText(w("invitation.done"))).toBeVisible();
    await knock(hers, email, language);
    await expect(hers.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();
    await hers.context().close();
  });

  test(`the audit is narrowed to an action, a day and a person, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    await world.hire(`監査 対子 ${language}`);
    await page.goto("/settings/audit");
    const rows = (action: string) => page.getByRole("row", { name: new RegExp(`${administrator.name}.*${action}`) });
    await expect(rows(w("auditAction.CREATE_EMPLOYEE")).first()).toBeVisible();
    await page.getByLabel(w("audit.action"), { exact: true }).selectOption({ label: w("auditAction.SET_UP") });
    await expect(page.getByRole("row", { name: new RegExp(w("auditAction.SET_UP")) })).toBeVisible();
    await expect(rows(w("auditAction.CREATE_EMPLOYEE"))).toHaveCount(0);
    await page.getByLabel(w("filter.to")).fill("2020-01-01");
    await expect(page.getByText(w("audit.none"))).toBeVisible();
    await press(page, w("filter.clear"));
    const actor = page.getByLabel(w("audit.actor"), { exact: true });
    await actor.selectOption({ label: administrator.name });
    await expect(rows(w("auditAction.CREATE_EMPLOYEE")).first()).toBeVisible();
    await expect(page).toHaveURL(/actor=/); // it can be handed on, and found again
    await page.reload();
    await expect(actor.getByRole("option", { selected: true })).toHaveText(administrator.name);
    await page.goto("/settings/audit?from=2026-13-01&to=x"); // no days limit nothing
    await expect(rows(w("auditAction.CREATE_EMPLOYEE")).first()).toBeVisible();
  });

  test(`the audit names who was stopped and whose punch was voided, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = `停止 太郎 ${language}`;
    const email = `stopped-${language}@example.co.jp`;
    const { account } = await world.call<{ account: { name: string } }>("POST", "accounts", {
      email,
      name,
      role: "AUDITOR",
    });
    await world.call("DELETE", account.name);
    const who = await world.hire(`打刻 消子 ${language}`);
    const punch = await punched(world, who, "CLOCK_IN");
    await world.call("POST", `${punch.name}:void`, { reason: "二重の打刻" });
    await page.goto("/settings/audit");
    for (const [action, thing, called] of [
      ["auditAction.ACCOUNT_DEACTIVATE", "auditThing.accounts", name],
      ["auditAction.VOID_PUNCH", "auditThing.punches", who.displayName],
    ] as const)
      await expect(
        page.getByRole("row", { name: new RegExp(`${w(action)}.*${w(thing)} ${called}`) }).first(),
      ).toBeVisible();
    // Only what was done with this punch, which is told to be hers above the list, too.
    await page
      .getByRole("button", { name: `${w("auditThing.punches")} ${who.displayName}` })
      .first()
      .click();
    await expect(
      page.getByText(w("audit.thing", { name: `${w("auditThing.punches")} ${who.displayName}` })),
    ).toBeVisible();
    await expect(page.getByRole("row", { name: new RegExp(w("auditAction.ACCOUNT_DEACTIVATE")) })).toHaveCount(0);
  });

  test(`company and rules are stored, and what is wrong is said beside it, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const before = await world.call("GET", "organization");
    await page.goto("/settings/company");
    await box(page, w("company.name")).fill(`株式会社サンプル商事(${language})`);
    await page.getByLabel(w("company.closingDay")).selectOption("20");
    await expect(page.getByText(w("company.moved"))).toBeVisible();
    await page.getByLabel(w("company.closingDay")).selectOption("31");
    await press(page, w("action.save"));
    await expect(page.getByText(w("action.saved"))).toBeVisible();
    await expect(page.getByRole("navigation", { name: w("nav.label") })).toContainText(`サンプル商事(${language})`);
    await world.call("PATCH", "organization", { name: before.name });

    await page.goto("/settings/rules");
    const cutoff = language === "ja" ? "04:00" : "05:00";
    await page.getByLabel(w("rules.cutoff")).fill(cutoff);
    await page.getByRole("radio", { name: new RegExp(`^${w("submittedPolicy.HOLD")}`) }).check();
    // What is wrong is said in the unit that the field takes, before anything is sent.
    for (const [key, typed, why] of [
      ["rules.longest", ["99", "0", "24.5", ""], "rules.hoursWrong"],
      ["rules.doubleTap", ["99999", "1.5", "-1", ""], "rules.secondsWrong"],
      ["rules.undo", ["601", "0.5", ""], "rules.secondsWrong"],
    ] as const) {
      const field = page.getByLabel(w(key), { exact: true });
      const right = await field.inputValue();
      for (const wrong of typed) {
        await field.fill(wrong);
        await press(page, w("action.save"));
        await expect(page.getByText(w(why))).toBeVisible();
        await expect(field).toHaveAttribute("aria-invalid", "true");
        await expect(field).toBeFocused();
      }
      await field.fill(right);
    }
    await page.getByLabel(w("rules.longest"), { exact: true }).fill("16.5");
    await page.getByLabel(w("rules.doubleTap")).fill("30");
    await press(page, w("action.save"));
    await expect(page.getByText(w("action.saved"))).toBeVisible();
    const rules = await world.call("GET", "workRules");
    expect([rules.dayCutoff, rules.doubleTapWindow, rules.submittedPolicy]).toEqual([cutoff, "30s", "HOLD"]);
    expect([rules.longestShift, rules.undoWindow]).toEqual(["59400s", "60s"]);
  });

  test(`an expired session is renewed over a form, which is then stored, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = `切替 続子 ${language}`;
    await page.goto("/settings/employees/new");
    await page.getByLabel(w("employee.number")).fill(`X-${language}`);
    await page.getByLabel(w("employee.name")).fill(name);
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("review.title"))).toBeVisible();
    await page.context().clearCookies();
    // What the screen asks by itself may have been told first, and the log-in stand above the button.
    await page.getByRole("button", { name: w("action.send"), exact: true }).dispatchEvent("click");
    const dialog = page.getByRole("dialog", { name: w("gate.title") });
    await dialog.getByLabel(w("account.password"), { exact: true }).fill(password);
    await answer(page, w("login.button"));
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    expect((await world.everybody()).filter((e) => e.displayName === name)).toHaveLength(1);
  });

  test(`an account that LINE WORKS does not know is not shown as one that it knows, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const known = await world.hire(`実在 有子 ${language}`, 3);
    const unknown = await world.hire(`実在 無子 ${language}`);
    const lineWorksAccountId = `nobody-${language}@example`;
    await world.call("PUT", `${unknown.name}/accountLink`, { lineWorksAccountId });
    const { name: old } = await world.call<{ name: string }>("POST", "connections", {
      service: "LINE_WORKS",
      displayName: "API 1.0",
    });
    await world.call("POST", `${old}/tokens`, {});
    await world.call("PUT", `${old}/credentials`, await world.oldKeys());
    await page.goto("/settings/employees");
    const row = (name: string) => page.getByRole("row", { name: new RegExp(name) });
    await expect(row(unknown.displayName)).toContainText(lineWorksAccountId);
    await expect(row(known.displayName).getByText(w("employee.unconfirmed"))).toHaveCount(0, { timeout: 60_000 });
    await expect(row(unknown.displayName).getByText(w("employee.unconfirmed"))).toBeVisible();
    await row(unknown.displayName)
      .getByRole("link", { name: w("employees.editWhom", { name: unknown.displayName }) })
      .click();
    await expect(page.getByText(w("employee.unconfirmedMore"))).toBeVisible();

    // Of API 1.0 nobody is asked, and so nobody is left to be confirmed.
    await world.call("POST", `connections/${world.connection}:disable`, {});
    await world.call("POST", `${old}:activate`, {});
    await page.goto("/settings/employees");
    await expect(row(unknown.displayName)).toContainText(lineWorksAccountId);
    await page.waitForLoadState("networkidle");
    await expect(page.getByText(w("employee.unconfirmed"))).toHaveCount(0);
    await page.goto(`/settings/employees/${unknown.id}`);
    await expect(page.getByLabel(w("employee.accountId"))).toHaveValue(lineWorksAccountId);
    await page.waitForLoadState("networkidle");
    await expect(page.getByText(w("employee.unconfirmed"))).toHaveCount(0);
    await world.call("POST", `${old}:disable`, {});
    await world.call("DELETE", old);
    await world.call("POST", `connections/${world.connection}:activate`, {});
    for (const { name } of [known, unknown]) await world.call("DELETE", `${name}/accountLink`);
  });

  test(`the directory is compared before anybody is linked, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const email = world.users[3]?.email ?? "";
    const made = await world.call<{ name: string }>("POST", "employees", {
      employeeNumber: `S-${language}`,
      displayName: `同期 並子 ${language}`,
      email,
    });
    await page.goto("/settings/employees/senders");
    const progress = /\/v1\/accountLinkSyncs\//;
    await page.route(progress, (route) => route.fulfill({ status: 504, json: { code: 4, message: "待たせています" } }));
    await press(page, w("sync.preview"));
    await expect(page.getByRole("status").locator(".progress")).toBeVisible(); // until it is known that nobody answers
    await expect(page.getByText("待たせています")).toBeVisible();
    await expect(page.getByText(w("sync.goesOn"))).toBeVisible();
    await page.waitForRequest(progress); // by itself, and what is said stays meanwhile
    expect(await page.getByText("待たせています").isVisible()).toBe(true);
    await page.unroute(progress);
    await expect(page.getByText(w("sync.isPreview"))).toBeVisible({ timeout: 60_000 }); // by itself, ever less often
    await expect(page.getByText("待たせています")).toHaveCount(0);
    const links = async () =>
      (await world.call<{ accountLinks: { employee: string }[] }>("GET", "accountLinks?pageSize=500")).accountLinks;
    expect((await links()).some((l) => l.employee === made.name)).toBe(false);
    await press(page, new RegExp(`^${w("sync.run", { n: "\\d+" }).replace(/[()]/g, "\\$&")}$`));
    await expect(page.getByText(w("sync.done"))).toBeVisible();
    expect((await links()).some((l) => l.employee === made.name)).toBe(true);
    await world.call("DELETE", `${made.name}/accountLink`);
    await world.call("PATCH", made.name, { email: `gone-${language}@example.co.jp` });
  });

  test(`tokens are not shown before the proof, and nobody is asked unasked, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    await page.context().clearCookies(); // a proof replaces the session
    await knock(page, administrator.email, language);
    await expect(page.getByRole("navigation", { name: w("nav.label") })).toBeVisible();
    await world.execute(`update identity.sessions set proof_time = now() - interval '11 minutes'
      where id = (select id from identity.sessions order by create_time desc limit 1)`);
    await page.goto(`/settings/integrations/${world.connection}`);
    await expect(page.getByText(w("proof.needed"))).toBeVisible();
    const dialog = page.getByRole("dialog", { name: w("proof.title") });
    await expect(dialog).toHaveCount(0);
    await press(page, w("proof.show"));
    await dialog.getByLabel(w("account.password"), { exact: true }).fill(password);
    await answer(page, w("proof.button"));
    await expect(page.getByText("/v1/lineworks/attendance/").first()).toBeVisible();
  });
}
