// What a month says of itself: where it stands, what is missing, and who did what.
import { answer, box, expect, guest, languages, past, period, press, punched, speak, test } from "./world";

for (const language of languages) {
  test(`a month that somebody sent back meanwhile says so and is shown as it is, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`競合 済子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    const sheet = `${who.name}/timesheets/${period()}`;
    await world.call("POST", `${sheet}:submit`, {});
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await press(page, w("verb.withdraw"));
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    await world.call("POST", `${sheet}:sendBack`, { comment: "退勤がありません" });
    await answer(page, w("verb.withdraw"));
    const why =
      language === "ja"
        ? "この勤怠は現在「差戻し」のため、この操作はできません。できる操作: 申請。"
        : "The timesheet is “Sent back” now, so this cannot be done. What can be done: submit.";
    await expect(dialog.getByRole("alert")).toHaveText(why);
    await expect(dialog.getByRole("textbox")).not.toHaveAttribute("aria-invalid"); // nothing is wrong with the comment
    await expect(page.locator(".page-head").getByText(w("sheetState.SENT_BACK"), { exact: true })).toBeVisible();
    await expect(page.getByText("退勤がありません").first()).toBeVisible();

    // While the next try runs, what was said of the one before is gone.
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route(/:withdraw$/, async (route) => {
      await held;
      await route.continue();
    });
    await answer(page, w("verb.withdraw"));
    await expect(dialog.getByRole("alert")).toHaveCount(0, { timeout: 10_000 });
    go();
    await expect(dialog.getByRole("alert")).toHaveText(why);
    await answer(page, w("action.cancel"));
    await expect(page.getByRole("button", { name: w("verb.withdraw"), exact: true })).toHaveCount(0);
    await expect(page.getByRole("button", { name: w("verb.submit"), exact: true })).toBeVisible();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  test(`a punch for a month that was submitted meanwhile is refused, and the month is shown as it is, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`競合 打子 ${language}`);
    const day = past();
    const month = day.slice(0, 7);
    await page.goto(`/timesheets/${who.id}/${month}`);
    await press(page, w("punch.add"));
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(w("punch.date")).fill(day);
    await box(dialog, w("punch.time")).fill("09:00");
    await dialog.getByLabel(w("punch.reason")).fill("打刻を忘れたため");
    await world.call("POST", `${who.name}/timesheets/${month}:submit`, {});
    await answer(page, w("punch.save"));
    await expect(dialog.getByRole("alert")).toContainText(w("sheetState.SUBMITTED"));
    await expect(page.locator(".page-head").getByText(w("sheetState.SUBMITTED"), { exact: true })).toBeVisible();
    await answer(page, w("action.cancel"));
    await expect(page.getByRole("button", { name: w("punch.add"), exact: true })).toHaveCount(0);
  });

  test(`who hands a month in is told what may be missing, and a later month is not offered, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`途中 申子 ${language}`);
    await punched(world, who, "CLOCK_OUT", 5); // without a clock-in
    const time = new Date(Date.now() - 240_000).toISOString();
    const asked = { employee: who.name, kind: "CLOCK_IN", time, reason: "打刻を忘れたため" };
    await world.call("POST", "correctionRequests", asked);
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await expect(page.getByText("打刻を忘れたため")).toBeVisible();
    await press(page, w("verb.submit"));
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(w("verb.submit.missing"))).toBeVisible();
    const { endDate } = await world.call<{ endDate: string }>("GET", `${who.name}/timesheets/${period()}`);
    const [early, flagged, requests] = await dialog.getByRole("listitem").allTextContents();
    expect(early).toContain(String(Number(endDate.slice(-2))));
    expect([flagged, requests]).toEqual([w("verb.submit.flagged", { n: 1 }), w("verb.submit.requests", { n: 1 })]);
    await answer(page, w("action.cancel"));
    await page.goto(`/timesheets/${who.id}/2031-01`);
    const start = language === "ja" ? "2031年1月1日(水)" : "Wed, 1 January 2031";
    await expect(page.getByText(w("month.notBegun", { start }))).toBeVisible();
    await expect(page.getByRole("button", { name: w("verb.submit"), exact: true })).toHaveCount(0);
  });

  test(`the history names somebody in every line, and paper has no buttons, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(`履歴 名子 ${language}`);
    await punched(world, who, "CLOCK_IN");
    const sheet = `${who.name}/timesheets/${period()}`;
    await world.call("POST", `${sheet}:submit`, {});
    await world.call("POST", `${sheet}:sendBack`, { comment: "退勤がありません" });
    const email = `rireki-${language}@example.co.jp`;
    const account = { email, name: "経 理子", role: "MANAGER" };
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", account);
    const hers = await guest(page, world, made.invitation.link, email, language);
    await hers.goto(`/timesheets/${who.id}/${period()}`);
    const lines = hers.locator(".trail li");
    await expect(lines.nth(0)).toContainText(`${w("verb.submit")} ${w("actor.ownOrUnknown")}`);
    await expect(lines.nth(1)).toContainText(`${w("verb.sendBack")} ${w("actor.unknown")}`);
    await hers.locator("table.month").getByRole("button", { expanded: false }).first().click();
    const add = hers.locator(".unfolded .button").first();
    await expect(add).toBeVisible();
    await hers.emulateMedia({ media: "print" });
    await expect(add).toBeHidden();
    await expect(hers.locator(".unfolded .time").first()).toBeVisible();
    await hers.context().close();
  });
}
