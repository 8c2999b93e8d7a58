// Rows that name people wait for the names, so that nobody decides about somebody whom the screen does not name.
import type { Page } from "@playwright/test";
import { expect, languages, period, punched, speak, test, type World } from "./world";

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

/** forgot makes somebody who asks for a correction. */
async function forgot(world: World, name: string) {
  const who = await world.hire(name);
  const time = new Date(Date.now() - 240_000).toISOString();
  await world.call("POST", "correctionRequests", { employee: who.name, kind: "CLOCK_IN", time, reason: "打刻忘れ" });
  return who;
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

for (const language of languages)
  test(`held punches and corrections wait for names, in ${language}`, async ({ page, world }) => {
    await speak(page, language);
    const held = await world.hire(`保留 名子 ${language}`, 1);
    await punched(world, held, "CLOCK_IN", 2);
    await world.call("POST", `${held.name}/timesheets/${period()}:submit`, {});
    await world.say(1, "退勤");
    const asked = await forgot(world, `申請 名夫 ${language}`);
    for (const [path, list, who] of [
      ["/held", /\/v1\/heldPunches\?/, held],
      ["/corrections", /\/v1\/correctionRequests\?/, asked],
    ] as const) {
      const release = await withheld(page);
      const answered = page.waitForResponse(list);
      await page.goto(path);
      await answered;
      await page.waitForTimeout(500);
      await expect(page.getByRole("row")).toHaveCount(0);
      release();
      await expect(page.getByRole("button", { name: new RegExp(who.displayName) }).first()).toBeVisible();
      await page.unrouteAll({ behavior: "ignoreErrors" });
    }
    await world.call("DELETE", `${held.name}/accountLink`);
  });

test("whoever was hired meanwhile is asked for, and names that are there are not asked for again", async ({
  page,
  world,
}) => {
  let asked = 0;
  page.on("request", (request) => {
    if (roster.test(request.url()) && !new URL(request.url()).searchParams.get("pageToken")) asked++; // its first page
  });
  await page.clock.install();
  const go = (name: string) => page.getByRole("navigation").getByRole("link", { name }).first().click();
  const first = await forgot(world, "先輩 一郎");
  await page.goto("/corrections");
  await expect(page.getByRole("button", { name: new RegExp(first.displayName) }).first()).toBeVisible();
  expect(asked).toBe(1);
  await go("保留中の打刻");
  await page.clock.fastForward(120_000);
  await go("修正申請");
  await expect(page.getByRole("button", { name: new RegExp(first.displayName) }).first()).toBeVisible();
  await page.waitForTimeout(500);
  expect(asked).toBe(1);
  const second = await forgot(world, "後輩 二郎");
  const release = await withheld(page);
  const again = page.waitForRequest(roster);
  await page.clock.fastForward(20_000); // the list looks again
  await again;
  await page.waitForTimeout(500);
  await expect(page.getByRole("button", { name: new RegExp(first.displayName) }).first()).toBeVisible(); // it stays
  await expect(page.getByText(second.displayName)).toHaveCount(0);
  release();
  await expect(page.getByRole("button", { name: new RegExp(second.displayName) }).first()).toBeVisible();
  expect(asked).toBe(2);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a list whose names cannot be fetched says so, and shows them on another try", async ({ page, world }) => {
  const who = await forgot(world, "再試 三郎");
  await page.route(roster, (route) => route.fulfill({ status: 504, json: { code: 4, message: "待たせています" } }));
  await page.goto("/corrections");
  await expect(page.getByText("待たせています")).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText(who.displayName)).toHaveCount(0);
  await page.unroute(roster);
  await page.getByRole("button", { name: "もう一度読み込む" }).click();
  await expect(page.getByRole("button", { name: new RegExp(who.displayName) }).first()).toBeVisible();
});

test("a name that nobody tells is asked for as often as the roster is, and not thrice as often", async ({
  page,
  world,
}) => {
  await forgot(world, "未知 四郎");
  let asked = 0;
  await page.route(roster, (route) =>
    ++asked === 1
      ? route.fulfill({ json: { employees: [] } })
      : route.fulfill({ status: 504, json: { code: 4, message: "待たせています" } }),
  );
  await page.goto("/corrections");
  await expect(page.getByText("待たせています")).toBeVisible({ timeout: 15_000 });
  await page.waitForTimeout(3_000);
  expect(asked).toBe(4);
});
