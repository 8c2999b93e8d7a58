// What is printed: lists keep their columns under their headings on paper, whatever the margins are.
import type { Page } from "@playwright/test";
import { expect, languages, period, punched, speak, test } from "./world";

// A sheet of A4 between the margins that a browser has by itself, in pixels of CSS.
const sheet = { width: 718, height: 1046 };

// columns are the left edges of what is seen of a row.
const columns = (page: Page, row: string) =>
  page
    .locator(row)
    .first()
    .locator("> :is(th, td)")
    .evaluateAll((cells) =>
      cells.map((c) => c.getBoundingClientRect()).flatMap((r) => (r.width > 0 ? [Math.round(r.left)] : [])),
    );

for (const language of languages)
  test(`lists are printed as tables, and begin on the first sheet, in ${language}`, async ({ page, world }) => {
    await speak(page, language);
    const who = await world.hire(language === "ja" ? "紙面 整子" : "紙面 列子");
    await punched(world, who, "CLOCK_IN", 3);
    await world.call("POST", `${who.name}/timesheets/${period()}:submit`, {}); // it can be picked
    await page.emulateMedia({ media: "print" });
    for (const path of ["/today", "/timesheets", "/settings/employees", "/settings/audit"]) {
      await page.setViewportSize({ width: 390, height: 800 }); // printed from a phone
      await page.goto(path);
      await expect(page.locator("tbody tr").first()).toBeVisible();
      await page.setViewportSize(sheet);
      expect(await columns(page, "tbody tr"), path).toEqual(await columns(page, "thead tr"));
      const cut = await page
        .locator(".table-wrap")
        .evaluateAll((all) => all.filter((w) => w.scrollWidth > w.clientWidth).length);
      expect(cut, path).toBe(0); // nothing lies beyond the edge
      const tables = page.locator(".card:has(table)").first();
      expect(await tables.evaluate((card) => getComputedStyle(card).breakInside), path).toBe("auto");
    }
  });
