// Employees are found, edited and imported, and what others have is refused beside its field.
import { box, expect, type Language, languages, press, speak, test } from "./world";

/** Files of which no line is read, and what is said of each. */
const wholes = (language: Language): [string | Buffer, string][] => {
  const say = (ja: string, en: string) => (language === "ja" ? ja : en);
  return [
    [Buffer.from("\ufeff社員番号,氏名\n1,山田\n", "utf16le"), say("CSV", "CSV")],
    ["", say("CSVが空です。", "The CSV is empty.")],
    ["氏名\n山田\n", say("CSVの1行目に列名", "The first line of the CSV must name")],
    ['employee_number\n"1\n', say("引用符", "quotation marks")],
    [`employee_number,display_name\n${"1,山田\n".repeat(5001)}`, say("5,000行まで", "at most 5,000 rows")],
  ];
};

/** How no account is written, and what the door says of each. */
const wrongAccounts = (language: Language): [string, string][] => {
  const [space, wide, long] =
    language === "ja"
      ? ["アカウントIDの途中に空白があります。", "アカウントIDは半角で", "アカウントIDは200文字まで"]
      : ["There is white space inside", "Type the account id in half-width", "has at most 200 characters"];
  return [
    ["これは ID ではない", space],
    ["taro @example", space],
    ["ｔａｒｏ@example", wide],
    ["taro@example".padEnd(201, "e"), long],
  ] as [string, string][];
};

for (const language of languages) {
  test(`an employee is edited; what others have is refused beside its field, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const holder = await world.hire(`先任 持子 ${language}`, 2);
    const who = await world.hire(`後任 直子 ${language}`);
    const number = box(page, w("employee.number"));
    const account = box(page, w("employee.accountId"));
    await page.goto("/settings/employees");
    await page.getByLabel(w("employees.search")).fill(who.displayName);
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await page.getByRole("link", { name: w("employees.editWhom", { name: who.displayName }) }).click();
    await expect(number).toHaveValue(who.employeeNumber);
    await number.fill(holder.employeeNumber);
    await press(page, w("action.confirm"));
    await expect(number).toHaveAttribute("aria-invalid", "true");
    await expect(number).toBeFocused();
    await number.fill(who.employeeNumber);
    await account.fill(world.users[2]?.email ?? "");
    await press(page, w("action.confirm"));
    await expect(account).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText(holder.displayName)).toBeVisible(); // who has it
    await account.fill("");
    await box(page, w("employee.department")).fill("経理部");
    await page.getByLabel(w("employees.state")).selectOption("INACTIVE");
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("review.title"))).toBeVisible();
    await press(page, w("action.back"));
    await expect(box(page, w("employee.department"))).toHaveValue("経理部");
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    await page.getByLabel(w("employees.state")).selectOption("INACTIVE");
    await expect(page.getByRole("row", { name: new RegExp(`${who.displayName}.*経理部`) })).toBeVisible();
    await world.call("DELETE", `${holder.name}/accountLink`);
  });

  test(`the account of a new employee is looked at before anything is stored, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const account = box(page, w("employee.accountId"));
    await page.goto("/settings/employees/new");
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("form.required", { label: w("employee.number") }))).toBeVisible();
    await box(page, w("employee.number")).fill(`N-${language}`);
    await box(page, w("employee.name")).fill(`新入 社子 ${language}`);
    for (const [typed, why] of wrongAccounts(language)) {
      await account.fill(typed);
      await press(page, w("action.confirm"));
      await expect(page.getByText(why)).toBeVisible();
      await expect(account).toHaveAttribute("aria-invalid", "true");
      await expect(account).toBeFocused();
      await expect(account).toHaveValue(typed);
    }
    await account.fill(` ${world.users[2]?.email} `);
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("review.title"))).toBeVisible();
  });

  test(`a new employee whose account is somebody's is stored, and the account is put right, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const email = world.users[2]?.email ?? "";
    const holder = await world.hire(`先客 持子 ${language}`, 2);
    const account = box(page, w("employee.accountId"));
    await page.goto("/settings/employees/new");
    await box(page, w("employee.number")).fill(`L-${language}`);
    await box(page, w("employee.name")).fill(`後手 社子 ${language}`);
    await account.fill(email);
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    const title = w("employees.editOf", { name: `後手 社子 ${language}` });
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(page.getByText(holder.displayName)).toBeVisible(); // who has it
    await expect(account).toHaveValue(email);
    await expect(account).toBeFocused();
    await page.goto("/settings/employees/new");
    await expect(box(page, w("employee.number"))).toHaveValue(""); // nobody is entered twice
    await page.goBack();
    await expect(account).toHaveValue(email); // to be put right also later
    await world.call("DELETE", `${holder.name}/accountLink`);
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    await expect(page.getByRole("heading", { level: 1, name: w("nav.employees") })).toBeVisible();
    const { accountLinks } = await world.call<{ accountLinks: { name: string; lineWorksAccountId: string }[] }>(
      "GET",
      "accountLinks?pageSize=500",
    );
    const made = accountLinks.find((l) => l.lineWorksAccountId === email);
    expect(made).toBeDefined();
    await world.call("DELETE", made?.name ?? "");
  });

  test(`a file that cannot be taken as a whole is told why, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.goto("/settings/employees/import");
    for (const [csv, why] of wholes(language)) {
      await page
        .locator('input[type="file"]')
        .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
      await expect(page.getByRole("alert").getByText(why)).toBeVisible();
      await expect(page.locator('input[type="file"]')).toHaveValue(""); // the same file can be chosen again
    }
    await press(page, w("import.links"));
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "links.csv", mimeType: "text/csv", buffer: Buffer.from("氏名\n山田\n") });
    await expect(page.getByRole("alert").getByText("employee_number")).toBeVisible();
  });

  test(`employees are imported after a look at every line, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = `取込 新子 ${language}`;
    const csv = `employee_number,display_name,email,department\nC-${language},${name},,営業部\n,名無し,,\n`;
    const known = async () =>
      (await world.call<{ employees: { displayName: string }[] }>("GET", "employees?pageSize=500")).employees.some(
        (e) => e.displayName === name,
      );
    await page.goto("/settings/employees/import");
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await expect(page.getByText(w("import.preview", { file: "people.csv" }))).toBeVisible();
    await expect(page.getByRole("row", { name: new RegExp(`3.*${w("importResult.FAILED")}`) })).toBeVisible();
    expect(await known()).toBe(false); // only looked at
    await press(page, w("import.run", { n: 1 }));
    await expect(page.getByRole("main").getByText(w("import.done"))).toBeVisible();
    expect(await known()).toBe(true);
  });
}
