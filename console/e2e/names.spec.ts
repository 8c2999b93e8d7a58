// Rows that name people wait for the names, so that nobody decides about somebody whom the screen does not name.
import type { Page } from "@playwright/test";
import { expect, test } from "./world";

const roster = /\/v1\/employees\?/;

/** withheld keeps the roster back until the returned function is called. */
async function withheld(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(roster, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("the audit waits for names", async ({ page, world }) => {
  const who = await world.hire("監査 待子");
  const release = await withheld(page);
  const answered = page.waitForResponse(/\/v1\/auditEvents\?/);
  await page.goto("/settings/audit");
  await answered;
  await page.waitForTimeout(500);
  await expect(page.getByRole("row")).toHaveCount(0);
  release();
  await expect(page.getByRole("row").filter({ hasText: who.displayName }).first()).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
