// Employees are found, edited and imported, and what others have is refused beside its field.
import type { Page } from "@playwright/test";
import { box, expect, type Language, languages, press, speak, test } from "./world";

const choose = (page: Page, name: string, content: string | Buffer) =>
  page.locator('input[type="file"]').setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });

/** Files of which no line is read, and what is said of each. */
const wholes = (language: Language): [string | Buffer, string][] => {
  const say = (ja: string, en: string) => (language === "ja" ? ja : en);
  return [
    [Buffer.from("PK\x03\x04\x14\0", "latin1"), say("CSV UTF-8(コンマ区切り)", "CSV UTF-8 (Comma delimited)")],
    [Buffer.from("%PDF-1.7\x01\xff", "latin1"), say("テキストファイルとして読み込めません", "cannot be read as text")],
    ["", say("CSVが空です。", "The CSV is empty.")],
    ["氏名\n山田\n", say("CSVの1行目に列名", "The first line of the CSV must name")],
    ['employee_number,display_name\n1,"山田\n2,佐藤\n', say("2行目の2列目で始まる引用符", "opens in line 2, cell 2")],
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
      await choose(page, "people.csv", csv);
      await expect(page.getByRole("alert").getByText(why)).toBeVisible();
      await expect(page.locator('input[type="file"]')).toHaveValue(""); // the same file can be chosen again
    }
    await press(page, w("import.links"));
    await choose(page, "links.csv", "氏名\n山田\n");
    await expect(page.getByRole("alert").getByText("employee_number")).toBeVisible();
  });

  test(`employees are imported after a look at every line, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = `取込 新子 ${language}`;
    const csv = `employee_number,display_name,email,department\nC-${language},${name},,営業部\n,名無し,,\n`;
    const known = async () => (await world.everybody()).some((e) => e.displayName === name);
    await page.goto("/settings/employees/import");
    await choose(page, "people.csv", csv);
    await expect(page.getByText(w("import.preview", { file: "people.csv" }))).toBeVisible();
    await expect(page.getByRole("row", { name: new RegExp(`3.*${w("importResult.FAILED")}`) })).toBeVisible();
    expect(await known()).toBe(false); // only looked at
    await press(page, w("import.run", { n: 1 }));
    await expect(page.getByRole("main").getByText(w("import.done"))).toBeVisible();
    expect(await known()).toBe(true);
  });

  test(`the refusal of a file goes when the next one is opened, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.addInitScript(() => {
      const read = Blob.prototype.arrayBuffer;
      Blob.prototype.arrayBuffer = async function () {
        if (document.querySelector("[role=alert]")) await new Promise((opened) => Object.assign(window, { opened }));
        return read.call(this);
      };
    });
    await page.goto("/settings/employees/import");
    await choose(page, "one.csv", "氏名\n山田\n");
    await expect(page.getByRole("alert")).toBeVisible();
    await choose(page, "two.csv", "社員番号,氏名\n1,山田\n");
    await expect(page.getByText(w("import.reading", { file: "two.csv" }))).toBeVisible();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await page.evaluate(() => (window as unknown as { opened: () => void }).opened());
    await expect(page.getByText(w("import.preview", { file: "two.csv" }))).toBeVisible();
  });

  test(`what Excel saves as Unicode text is read, and words for a state are those of the screens, in ${language}`, async ({
    page,
  }) => {
    const w = await speak(page, language);
    await page.goto("/settings/employees/import");
    const text = `\ufeff社員番号\t氏名\t状態\r\nU-1\t鈴木"太"郎\t退職・休職\r\nU-2\t佐藤\t出向\r\n`;
    await choose(page, "people.txt", Buffer.from(text, "utf16le"));
    await expect(
      page.getByRole("row", { name: new RegExp(`U-1.*${w("importResult.CREATED")}.*鈴木"太"郎`) }),
    ).toBeVisible();
    await expect(page.getByRole("row", { name: /U-2.*ACTIVE/ })).toBeVisible();
  });

  test(`a long file is imported from wherever one reads it, and its end is shown, in ${language}`, async ({ page }) => {
    const w = await speak(page, language);
    await page.goto("/settings/employees/import");
    const rows = Array.from({ length: 300 }, (_, i) => `B-${language}-${i},一括 ${i}`);
    await choose(page, "many.csv", `社員番号,氏名\n${rows.join("\n")}\n`);
    const head = page.getByRole("main").getByText(w("import.preview", { file: "many.csv" }));
    await expect(head).toBeInViewport();
    await expect(page.locator(":focus")).toContainText(w("import.preview", { file: "many.csv" }));
    const button = page.getByRole("button", { name: w("import.run", { n: 300 }) });
    await expect(button).toBeInViewport({ ratio: 1 });
    await page.screenshot({ path: test.info().outputPath("preview.png") });
    await page.locator("tbody tr").nth(120).scrollIntoViewIfNeeded();
    await expect(button).toBeInViewport({ ratio: 1 });
    const more = page.getByRole("button", { name: w("list.more", { n: 100, left: 100 }) });
    await more.evaluate((e) => scrollBy(0, e.getBoundingClientRect().bottom - innerHeight + 10)); // just below the bar
    await more.focus();
    await expect(more).toBeInViewport({ ratio: 1 });
    expect((await more.boundingBox())?.y).toBeLessThan(((await button.boundingBox())?.y ?? 0) - 30); // not below the bar
    await page.keyboard.press("Tab");
    await expect(button).toBeFocused();
    await page.screenshot({ path: test.info().outputPath("middle.png") });
    await page.keyboard.press("Enter");
    const done = page.getByRole("main").getByText(w("import.done"));
    await expect(done).toBeInViewport({ ratio: 1 });
    await expect(page.locator(":focus")).toContainText(w("import.done"));
    await page.screenshot({ path: test.info().outputPath("done.png") });
  });
}
