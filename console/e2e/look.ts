// What every screen must bear: axe finds nothing serious, the console of the
// browser stays silent, and a picture is taken at both widths.
import { mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const screens = new URL("../../docs/screens/", import.meta.url).pathname;
mkdirSync(screens, { recursive: true });

/** look checks the screen that is shown and takes its pictures. */
export async function look(page: Page, name: string) {
  await page.evaluate(() => document.fonts.ready);
  // News lie over what the picture is of. They are closed in the page: one that goes by itself cannot be pressed.
  const news = page.locator(".toast");
  await news.locator(".icon.button").evaluateAll((all) => {
    for (const close of all) (close as HTMLElement).click();
  });
  await expect(news).toHaveCount(0);
  await page.mouse.move(0, 0);
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const serious = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  expect(
    serious.map(
      (v) => `${name}: ${v.id} ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary}`).join(" | ")}`,
    ),
  ).toEqual([]);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 860 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, `${name} is wider than ${width} px`).toBeLessThanOrEqual(0);
    // A window as high as the screen, so that the menu reaches its end; behind a
    // dialog the part that is seen is enough.
    const dialog = await page.getByRole("dialog").count();
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    if (dialog === 0 && high > 860) await page.setViewportSize({ width, height: high });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${screens}${name}-${width}.png`, animations: "disabled", caret: "hide" });
  }
  await page.setViewportSize({ width: 1280, height: 860 });
}

/** watch fails the test for everything that the browser complains of, and for every request to somebody else. */
export function watch(page: Page, own: string): string[] {
  const complaints: string[] = [];
  page.on("console", (m) => {
    // Refusals that a screen shows are not complaints.
    if (m.type() === "error" && !/status of (400|401|403|404|409|429|504)/.test(m.text())) complaints.push(m.text());
  });
  page.on("pageerror", (e) => complaints.push(String(e)));
  page.on("request", (r) => {
    if (!r.url().startsWith(own) && !r.url().startsWith("data:") && !r.url().startsWith("blob:"))
      complaints.push(`asked ${r.url()}`);
  });
  return complaints;
}
