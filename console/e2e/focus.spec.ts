// What has the focus goes away with what it did: the focus goes on from there, and not to the top of the page.
import type { Page } from "@playwright/test";
import { reach } from "./keyboard";
import { expect, languages, past, speak, test } from "./world";

const go = async (page: Page, name: string | RegExp) => {
  await reach(page, name);
  await page.keyboard.press("Enter");
};

for (const language of languages) {
  test(`keywords are taken away one after the other without a mouse, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const field = page.getByRole("textbox", { name: w("kind.CLOCK_IN") });
    const remove = (word: string) => page.getByRole("button", { name: w("chips.remove", { word }) });
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    for (const word of ["一", "二", "三"]) {
      await field.fill(word);
      await page.keyboard.press("Enter");
    }
    await remove("二").focus();
    await page.keyboard.press("Enter");
    await expect(remove("三")).toBeFocused(); // the next one
    await page.keyboard.press("Enter");
    await expect(remove("一")).toBeFocused(); // the last one
    for (let left = await page.locator(".field", { has: field }).getByRole("listitem").count(); left > 0; left--) {
      await page.keyboard.press("Enter");
      await expect(page.locator("body")).not.toBeFocused();
    }
    await expect(page.locator(".field", { has: field }).locator(":focus")).toHaveCount(1); // nothing is left to take away
  });

  test(`a button that is gone with what it did leaves the focus there, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    await page.goto("/settings/integrations");
    await go(page, w("integrations.addWhat", { service: "LINE WORKS" }));
    await expect(page.getByRole("heading", { level: 1, name: w("guide.title") })).toBeVisible();
    const { connections } = await world.call("GET", "connections");
    const names = (connections as { name: string; displayName: string }[]).map((c) => c.displayName);
    expect(names.filter((name) => name === names.at(-1))).toHaveLength(1); // the newest is told apart from the others
    await go(page, w("guide.token.issue"));
    await expect(page.getByRole("heading", { name: w("guide.token.title") })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: w("copy.what", { label: w("guide.token.url") }) })).toBeFocused();
  });

  test(`the focus goes on without moving the page below a mouse, in ${language}`, async ({ page, world }) => {
    await speak(page, language);
    const who = await world.hire(`動 かず子 ${language}`);
    await page.goto(`/timesheets/${who.id}/${past().slice(0, 7)}`);
    const table = page.locator("table.month");
    await expect(table).toBeVisible();
    // Something below the table, whose nearest heading is that of the screen.
    const place = await table.evaluate((element) => {
      const last = document.createElement("button");
      last.textContent = "-";
      element.after(last);
      last.focus();
      scrollTo(0, document.documentElement.scrollHeight);
      last.remove();
      scrollBy(0, 0); // the page is shorter by it
      return scrollY;
    });
    expect(place).toBeGreaterThan(200);
    await expect(page.locator("main :is(h1, h2):focus")).not.toBeInViewport();
    expect(await page.evaluate(() => scrollY)).toBe(place);
  });
}
