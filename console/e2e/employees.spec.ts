// Employees are found, edited and imported, and what others have is refused beside its field.
import { box, expect, languages, press, speak, test } from "./world";

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

  test(`a new employee whose account is somebody's is stored, and the account is told of, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const holder = await world.hire(`先客 持子 ${language}`, 2);
    await page.goto("/settings/employees/new");
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("form.required", { label: w("employee.number") }))).toBeVisible();
    await box(page, w("employee.number")).fill(`N-${language}`);
    await box(page, w("employee.name")).fill(`新入 社子 ${language}`);
    await box(page, w("employee.accountId")).fill(world.users[2]?.email ?? "");
    await press(page, w("action.confirm"));
    await press(page, w("action.send"));
    const title = w("employees.editOf", { name: `新入 社子 ${language}` });
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(page.getByText(holder.displayName)).toBeVisible(); // who has it
    await page.goto("/settings/employees/new");
    await expect(box(page, w("employee.number"))).toHaveValue(""); // nobody is entered twice
    await world.call("DELETE", `${holder.name}/accountLink`);
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
