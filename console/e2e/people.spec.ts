// Links by CSV and by one click, and why a message was no punch.
import { answer, expect, inEnglish, languages, oneByOne, press, speak, test, today } from "./world";

for (const language of languages)
  test(`links are imported after a look at every line, in ${language}`, async ({ page, world }) => {
    const w = said[language];
    const who = await world.hire("取込 成子");
    if (language === "en") await inEnglish(page);
    await page.goto("/settings/employees/import");
    await press(page, w.what);
    const csv = `employee_number,lineworks_account_id\n${who.employeeNumber},${world.users[1]?.email}\n9999,nobody@demo.example\n`;
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "links.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await expect(page.getByText(w.preview)).toBeVisible();
    await expect(page.getByRole("row", { name: w.wrong })).toBeVisible();
    const links = () => world.call<{ accountLinks: { employee: string }[] }>("GET", "accountLinks");
    expect((await links()).accountLinks.some((l) => l.employee === who.name)).toBe(false); // only looked at
    await press(page, w.run);
    await expect(page.getByRole("main").getByText(w.done)).toBeVisible();
    expect((await links()).accountLinks.some((l) => l.employee === who.name)).toBe(true);
    await world.call("DELETE", `${who.name}/accountLink`);
  });

const said = {
  ja: {
    what: "LINE WORKS のアカウントID",
    preview: "links.csv の確認結果",
    wrong: /9999.*(エラー|該当なし)/,
    run: "1件を取り込む",
    done: "取り込みが完了しました。",
  },
  en: {
    what: "LINE WORKS accounts",
    preview: "What links.csv would do",
    wrong: /9999.*(Failed|No match)/,
    run: "Import 1",
    done: "The import is done.",
  },
};

for (const language of languages)
  test(`who tried to punch is linked by one click, and the next message punches, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const name = `紐付 待子 ${language}`;
    const who = await world.hire(name);
    await world.say(1, "出勤");
    await world.say(2, "出勤");
    await oneByOne(page, "unlinkedSenders");
    await page.goto("/settings/employees/senders");
    await expect(page.getByRole("row", { name: new RegExp(world.users[1]?.email ?? "") })).toBeVisible();
    const email = world.users[2]?.email ?? "";
    const row = page.getByRole("row", { name: new RegExp(email) });
    await expect(row).toBeVisible(); // on another page
    const field = row.getByRole("combobox", { name: w("senders.whose", { who: email }) });
    const link = row.getByRole("button", { name: w("senders.linkWhom", { who: email }), exact: true });
    const offered = page.locator("datalist option");
    await expect(offered.and(page.locator(`[value="${who.employeeNumber} ${name}"]`))).toHaveCount(1);
    await field.fill("誰でもない人");
    await link.click();
    await expect(page.getByText(w("senders.nobody"))).toBeVisible();
    await expect(field).toBeFocused();
    await field.fill(name); // a part that nobody else has
    await expect(page.getByText(w("senders.nobody"))).toHaveCount(0);
    await link.click();
    const question = page.getByRole("dialog", { name: w("senders.linkWhom", { who: email }) });
    await expect(question).toContainText(`${who.employeeNumber} ${name}`);
    await expect(row).toBeVisible(); // nothing is done unasked
    await answer(page, w("senders.link"));
    await expect(row).toHaveCount(0);
    const other = w("senders.whose", { who: world.users[1]?.email ?? "" });
    await expect(page.getByRole("combobox", { name: other })).toBeFocused();
    await world.say(2, "出勤");
    await page.goto("/today");
    await expect(page.getByRole("row", { name: new RegExp(`${name}.*${w("presence.WORKING")}`) })).toBeVisible();

    // The events tell both, and filters find them.
    await world.say(2, "お疲れさまです");
    await page.goto("/events");
    const table = page.getByRole("table");
    await expect(table.getByText(w("eventReason.NO_PHRASE")).first()).toBeVisible();
    const outcome = page.getByLabel(w("events.outcome"));
    const recorded = page.getByRole("row", { name: new RegExp(`${w("outcome.RECORDED")}.*${name}`) });
    await outcome.selectOption("RECORDED");
    await expect(recorded.first()).toBeVisible();
    await expect(table.getByText(w("eventReason.NO_PHRASE"))).toHaveCount(0);
    await outcome.selectOption("REFUSED");
    await expect(table.getByText(w("eventReason.UNLINKED")).first()).toBeVisible();
    await outcome.selectOption("");
    await page.getByLabel(w("employee.title")).selectOption({ label: `${who.employeeNumber} ${name}` });
    await expect(table.getByText(w("eventReason.UNLINKED"))).toHaveCount(0);
    await expect(table.getByText(w("eventReason.NO_PHRASE")).first()).toBeVisible();
    await page.getByLabel(w("filter.to")).fill("2020-01-01");
    await expect(page.getByText(w("events.noneFound"))).toBeVisible();
    await press(page, w("filter.clear"));
    await page.getByLabel(w("filter.from")).fill(today());
    await page.getByLabel(w("filter.to")).fill(today());
    await page.getByRole("link", { name, exact: true }).first().click();
    const title = page.getByRole("heading", { level: 1, name: new RegExp(name) });
    await expect(title).toBeVisible();
    await page.goBack();
    await expect(page.getByLabel(w("filter.from"))).toHaveValue(today()); // as it was left
    await expect(page.getByLabel(w("filter.to"))).toHaveValue(today());
    await recorded.getByRole("link", { name: new RegExp(w("events.punchOf", { time: ".*" })) }).click();
    await expect(title).toBeVisible();
    await expect(page.locator(".punches").getByText("「出勤」")).toBeInViewport(); // its day is open
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await world.call("DELETE", `${who.name}/accountLink`);
  });

test("a file of 450 lines is shown to its end, those with problems first", async ({ page }) => {
  const line = (n: number) => `K${String(n).padStart(4, "0")},行 ${n},`;
  const csv = `employee_number,display_name,department\n${Array.from({ length: 449 }, (_, i) => line(i + 1)).join("\n")}\n,名無し,\n`;
  await page.goto("/settings/employees/import");
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "多.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(200);
  await expect(rows.first()).toContainText("451エラー");
  await press(page, "さらに200件を表示(残り250件)");
  await press(page, "さらに50件を表示(残り50件)");
  await expect(rows).toHaveCount(450);
  await expect(rows.last()).toContainText("K0449");
});
