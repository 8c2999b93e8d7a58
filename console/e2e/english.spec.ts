// The guide in English: a connection with a token, keywords and keys, an employee with an account, a punch, and the
// month until it was sent back and approved.
import type { Page } from "@playwright/test";
import { fillKeys, freeBot } from "./keys";
import { answer, expect, inEnglish, period, press, test } from "./world";

test.beforeEach(({ page }) => inEnglish(page));

test("in English: a connection is added, checked, sent and switched on", async ({ page, world }) => {
  await freeBot(world);
  await page.goto("/settings/integrations");
  await press(page, "Add LINE WORKS");
  await press(page, "Issue an API token");
  await expect(page.getByText(/\/v1\/lineworks\/attendance\/dkt_/)).toBeVisible();
  await page.getByLabel("Sentence to try").fill("Good morning, 出勤");
  await expect(page.getByText(/It punches/)).toBeVisible();
  await fillKeys(page, await world.keys());
  await press(page, "Check");
  await expect(page.getByText("Please check")).toBeVisible();
  await press(page, "Send");
  await press(page, "Switch it on");
  await expect(page.getByText("The connection is on and takes punches from LINE WORKS.")).toBeVisible();
  await press(page, "Register the callback URL");
  await expect(page.getByText("It is registered")).toBeVisible();
  await press(page, "Run the test");
  await expect(page.getByRole("button", { name: "Test again" })).toBeVisible();
  world.connection = /integrations\/([^/]+)\/setup/.exec(page.url())?.[1] ?? "";
});

test("in English: an employee is linked, punches, and the month is submitted, sent back and approved", async ({
  page,
  world,
}) => {
  await page.goto("/settings/employees/new");
  const field = (name: string) => page.getByRole("textbox", { name: new RegExp(`^${name}`) });
  await field("Number").fill("9001");
  await field("Name").fill("Mary Sample");
  await field("LINE WORKS account ID").fill(world.users[1]?.email ?? "");
  await press(page, "Check");
  await press(page, "Send");
  await expect(page.getByRole("heading", { level: 1, name: "Employees" })).toBeVisible();
  await page.getByRole("link", { name: "Today", exact: true }).click();
  await world.say(1, "出勤");
  await expect(page.getByRole("row", { name: /Mary Sample.*Working/ })).toBeVisible();

  await page.getByRole("link", { name: "Mary Sample" }).click();
  await verb(page, "Submit", "Submitted");
  await world.say(1, "退勤");
  await page.getByRole("link", { name: /^Held punches/ }).click();
  await expect(page.getByRole("row", { name: /Mary Sample/ })).toBeVisible();
  await page
    .getByRole("row", { name: /Mary Sample/ })
    .getByRole("link")
    .click();
  await verb(page, "Send back", "Sent back", "The end of the day is missing");
  await page.getByRole("link", { name: /^Held punches/ }).click();
  await page
    .getByRole("row", { name: /Mary Sample/ })
    .getByRole("button", { name: "Apply" })
    .click();
  await answer(page, "Apply");
  await expect(page.getByRole("row", { name: /Mary Sample/ })).toHaveCount(0);
  await page.goto(`/timesheets?period=${period()}`);
  await page.getByRole("link", { name: "Mary Sample" }).click();
  await verb(page, "Submit", "Submitted");
  await verb(page, "Approve", "Approved");
  const mary = (await world.everybody()).find((e) => e.employeeNumber === "9001");
  await world.call("DELETE", `${mary?.name}/accountLink`);
});

async function verb(page: Page, name: string, state: string, comment = "") {
  await press(page, name);
  if (comment) await page.getByRole("dialog").getByRole("textbox").fill(comment);
  await answer(page, name);
  await expect(page.locator(".page-head").getByText(state, { exact: true })).toBeVisible();
}
