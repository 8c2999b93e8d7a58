// 申請, 取下げ, 承認, 承認取消, and approving many at once.

import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  administrator,
  answer,
  type Employee,
  elsewhere,
  expect,
  languages,
  like,
  logIn,
  password,
  period,
  press,
  punched,
  speak,
  test,
} from "./world";

for (const language of languages) {
  test(`a month is withdrawn, approved, and its approval cancelled, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`申請 一子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    await page.goto(`/timesheets/${who.id}/${period()}`);
    const step = async (verb: string, state: string) => {
      await press(page, verb);
      await answer(page, verb);
      await expect(page.locator(".page-head").getByText(state, { exact: true })).toBeVisible();
    };
    await step(w("verb.submit"), w("sheetState.SUBMITTED"));
    await step(w("verb.withdraw"), w("sheetState.OPEN"));
    await step(w("verb.submit"), w("sheetState.SUBMITTED"));
    await step(w("verb.approve"), w("sheetState.APPROVED"));
    await step(w("verb.cancelApproval"), w("sheetState.SUBMITTED"));
    await expect(page.getByRole("heading", { name: w("month.history") })).toBeVisible();
    await expect(page.locator(".trail li")).toHaveCount(5);
  });

  test(`what is typed into a dialog is not lost by Escape unasked, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`下書 残子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    await page.goto(`/timesheets/${who.id}/${period()}`);
    const question = page.getByRole("dialog", { name: w("dialog.lose.title") });
    for (const [opener, title] of [
      [w("verb.submit"), w("verb.submit.title", { month: "*" })],
      [w("punch.add"), w("punch.add")],
    ] as const) {
      const button = page.getByRole("button", { name: opener, exact: true }).first();
      await button.click();
      const dialog = page.getByRole("dialog", { name: like(title) });
      await expect(dialog).toBeVisible();
      await page.keyboard.press("Escape"); // nothing is typed yet
      await expect(dialog).toHaveCount(0);
      await expect(button).toBeFocused();
      await button.click();
      const text = dialog.locator("textarea");
      await text.fill("電車の遅延のため");
      await page.keyboard.press("Escape");
      await expect(question).toBeVisible();
      await question.getByRole("button", { name: w("action.cancel") }).click();
      await expect(question).toHaveCount(0);
      for (let i = 0; i < 5; i++) {
        await page.keyboard.press("Escape");
        await page.waitForTimeout(200); // a dialog that closes does it a moment later
        await expect(text).toHaveValue("電車の遅延のため");
      }
      await expect(async () => {
        if (!(await question.isVisible())) await page.keyboard.press("Escape");
        await expect(question).toBeVisible({ timeout: 500 });
      }).toPass();
      await question.getByRole("button", { name: w("dialog.lose.button") }).click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(button).toBeFocused();
    }
  });

  test(`a comment that is refused says what is wrong with it, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`差戻 文子 ${language}`);
    await world.call("POST", `${who.name}/timesheets/${period()}:submit`, {});
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await press(page, w("verb.sendBack"));
    await page.getByRole("dialog").getByRole("textbox").fill("打刻を\u000b確認");
    await answer(page, w("verb.sendBack"));
    const why = language === "ja" ? "制御文字は使用できません。" : "Control characters cannot be used.";
    await expect(page.getByRole("alert").getByText(why)).toBeVisible();
    await page.getByRole("dialog").getByRole("textbox").fill("打刻を確認");
    await answer(page, w("verb.sendBack"));
    await expect(page.locator(".page-head").getByText(w("sheetState.SENT_BACK"), { exact: true })).toBeVisible();
  });

  test(`every submitted month is approved at once, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = language === "ja" ? "一括" : "纏め";
    const people = [await world.hire(`${name} 太郎`), await world.hire(`${name} 次郎`)];
    for (const p of people) {
      await punched(world, p, "CLOCK_IN");
      await world.call("POST", `${p.name}/timesheets/${period()}:submit`, {});
    }
    await page.goto("/timesheets");
    await page.getByLabel(w("employees.search")).fill(name);
    await expect(page.getByRole("row", { name: new RegExp(name) })).toHaveCount(2);
    await page.getByLabel(w("bulk.all")).check();
    await press(page, w("bulk.approve", { n: 2 }));
    await page.getByRole("dialog").getByLabel(w("bulk.comment")).fill("確認しました");
    await answer(page, w("verb.approve"));
    await expect(page.getByText(w("bulk.done", { n: 2 }))).toBeVisible();
    await expect(page.getByRole("row", { name: new RegExp(`${name}.*${w("sheetState.APPROVED")}`) })).toHaveCount(2);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("main")).toBeFocused(); // the button that opened the dialog can be pressed no longer
  });

  test(`only months in sight are approved, and a failure stays in its month, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const name = language === "ja" ? "視界" : "眺望";
    const people = [await world.hire(`${name} 太郎`), await world.hire(`${name} 次郎`)] as const;
    for (const p of people) {
      await punched(world, p, "CLOCK_IN");
      await world.call("POST", `${p.name}/timesheets/${period()}:submit`, {});
    }
    const state = async (p: Employee) => (await world.call("GET", `${p.name}/timesheets/${period()}`)).state;
    const search = page.getByLabel(w("employees.search"));
    const approve = async () => {
      await press(page, w("bulk.approve", { n: 1 }));
      await expect(page.getByRole("heading", { name: w("bulk.title", { n: 1 }) })).toBeVisible();
      await answer(page, w("verb.approve"));
    };
    await page.goto("/timesheets");
    await search.fill(name);
    await page.getByLabel(w("bulk.all")).check();
    await expect(page.getByRole("button", { name: w("bulk.approve", { n: 2 }), exact: true })).toBeEnabled();
    await search.fill(`${name} 太郎`);
    await approve();
    await expect(page.getByText(w("bulk.done", { n: 1 }))).toBeVisible();
    expect([await state(people[0]), await state(people[1])]).toEqual(["APPROVED", "SUBMITTED"]);

    await search.fill(`${name} 次郎`);
    await page.getByLabel(w("bulk.all")).check();
    await world.call("POST", `${people[1].name}/timesheets/${period()}:sendBack`, { comment: "確認のため" }); // meanwhile
    await approve();
    await expect(page.getByText(w("bulk.failed"))).toBeVisible();
    const failed = page.getByRole("listitem").getByRole("link", { name: people[1].displayName });
    await expect(failed).toHaveAttribute("href", `/timesheets/${people[1].id}/${period()}`); // to be looked at
    await press(page, w("month.before"));
    await expect(page.getByText(w("bulk.failed"))).toHaveCount(0);
  });

  test(`an address of no period says so, or shows the present one, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`暦外 月子 ${language}`);
    await page.goto(`/timesheets/${who.id}/2026-13`);
    await expect(page.getByRole("heading", { level: 1, name: w("lost.title") })).toBeVisible();
    await page.goto("/timesheets?period=2026-13");
    await expect(page.getByRole("row", { name: who.displayName })).toBeVisible();
    await expect(page.getByText(w("error.OFFLINE"))).toHaveCount(0);
  });

  test(`the month is saved as CSV, and whose it is stands in it, in ${language}`, async ({ page, world }) => {
    await speak(page, language);
    const name = `保存 表子 ${language}`;
    const who = await world.hire(name);
    await punched(world, who, "CLOCK_IN");
    await page.goto("/timesheets");
    const [file] = await Promise.all([page.waitForEvent("download"), press(page, "CSV")]);
    expect(file.suggestedFilename()).toBe(`attendance-${period()}.csv`);
    const text = await readFile(await file.path(), "utf8");
    expect(text).toMatch(language === "ja" ? /^\ufeff社員番号,氏名,部署/ : /^\ufeffEmployee number,Name,Department/);
    expect(text).toMatch(new RegExp(`${who.employeeNumber},${name},営業部`));
  });

  test(`an expired session asks for the log-in before a download and a page to print, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`期限 切子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    const hers = await elsewhere(page, world, language);
    await logIn(hers, administrator.email, language);
    const again = async (role: "button" | "link", name: string) => {
      await hers.context().clearCookies();
      // What the screen asks by itself may have been told first, and the log-in stand above the link.
      await hers.getByRole(role, { name, exact: true }).dispatchEvent("click");
      const dialog = hers.getByRole("dialog", { name: w("gate.title") });
      await dialog.getByLabel(w("account.password"), { exact: true }).fill(password);
      await dialog.getByRole("button", { name: w("login.button"), exact: true }).click();
    };
    await hers.goto("/timesheets");
    const file = hers.waitForEvent("download");
    await again("button", "CSV");
    expect(await readFile(await (await file).path(), "utf8")).toContain(who.displayName);
    await hers.goto(`/timesheets/${who.id}/${period()}`);
    const paper = hers.waitForEvent("popup");
    await again("link", w("month.inspection"));
    await expect((await paper).getByRole("cell", { name: who.displayName, exact: true })).toBeVisible();
    await hers.context().close();
  });

  test(`a day that can be none is told so in plain words, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`大昔 日子 ${language}`);
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await press(page, w("punch.add"));
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(w("punch.date")).fill("0001-01-01");
    await dialog.getByLabel(w("punch.time")).fill("09:00");
    await dialog.getByLabel(w("punch.reason")).fill("入館記録による");
    await answer(page, w("punch.save"));
    await expect(dialog.getByText(w("form.dateWrong"))).toBeVisible();
    await page.goto("/events");
    await page.getByLabel(w("filter.from")).fill("0001-01-01");
    await expect(page.getByText(w("form.dateWrong"))).toBeVisible();
    await expect(page.getByRole("alert")).toHaveCount(0); // nobody asked the door
    await page.getByLabel(w("filter.from")).fill("2026-11-01");
    await expect(page.getByText(w("form.dateWrong"))).toHaveCount(0);
  });

  test(`the page to print moves within its tables alone on a phone, in ${language}`, async ({ page, world }) => {
    const who = await world.hire(`印刷 狭子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    await page.goto(`/employees/${who.id}/timesheets/${period()}/inspection?language=${language}`);
    const [year, month] = period().split("-").map(Number);
    const first = language === "ja" ? `${year}年${month}月1日 〜` : `${period()}-01 –`;
    await expect(page.getByRole("cell", { name: first })).toBeVisible();
    const table = page.locator(".wide").first();
    for (const width of [360, 390, 700, 1280]) {
      await page.setViewportSize({ width, height: 860 });
      expect(await brokenDays(page), `${width} px`).toEqual([]);
      if (width < 700) {
        // The last column comes into sight within the box.
        const [moved, beyond] = await table.evaluate((box) => {
          box.scrollLeft = 10_000;
          const last = [...box.querySelectorAll("thead th")].at(-1);
          return [box.scrollLeft, (last?.getBoundingClientRect().right ?? 0) - innerWidth] as const;
        });
        expect(moved, `${width} px`).toBeGreaterThan(100);
        expect(beyond, `${width} px`).toBeLessThanOrEqual(0);
        const heads = await table
          .locator("thead th")
          .evaluateAll((all) => all.map((h) => h.getBoundingClientRect().top));
        expect(new Set(heads).size, `${width} px`).toBe(1); // columns, and no cards
      }
      const over = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await over(), `wider than ${width} px`).toBeLessThanOrEqual(0);
    }
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
    expect(found.violations.filter((v) => v.impact === "serious" || v.impact === "critical")).toEqual([]);
  });
}

// The days of the tables below the months that stand on two lines.
const brokenDays = (page: Page) =>
  page.locator("section td").evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const text = cell.firstChild;
      const day = /\d{4}年\d+月\d+日|\d{4}-\d\d-\d\d/.exec(text?.textContent ?? "");
      if (!(text instanceof Text) || !day) return [];
      const range = document.createRange();
      range.setStart(text, day.index);
      range.setEnd(text, day.index + day[0].length);
      const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
      return lines.size > 1 ? [`${day[0]} in ${cell.textContent}`] : [];
    }),
  );
