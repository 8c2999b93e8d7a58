// What employees do: they see their own months alone, ask for corrections and submit.
import type { Page } from "@playwright/test";
import { addDays } from "../src/screens/attendance/periods";
import { reach } from "./keyboard";
import { look } from "./look";
import {
  answer,
  box,
  type Employee,
  entered,
  expect,
  guest,
  inEnglish,
  type Language,
  languages,
  monthOf,
  type Punch,
  past,
  press,
  speak,
  test,
  type World,
  words,
} from "./world";

for (const language of languages)
  test(`an employee asks for corrections, one is approved and one rejected, and submits the month, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = said[language];
    const name = language === "ja" ? "高橋 恵子" : "高橋 英子";
    const email = `takahashi-${language}@example.co.jp`;
    const who = await world.hire(name);
    const other = await world.hire("森 和雄");
    const day = past();
    const month = monthOf(await entered(world, who, "CLOCK_OUT", day, "18:00"));
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
      email,
      name,
      role: "EMPLOYEE",
      employee: who.name,
    });
    const hers = await guest(page, world, made.invitation.link, email, language);
    await expect(hers.getByRole("heading", { level: 1, name: w.month(name) })).toBeVisible();
    await expect(hers.getByRole("link", { name: w.employees })).toHaveCount(0);
    await expect(hers.getByRole("button", { name: w.add, exact: true })).toBeVisible();
    await hers.goto(`/timesheets/${other.id}/${month}`);
    await expect(hers.getByRole("alert")).toBeVisible(); // somebody else's
    await hers.getByRole("alert").getByRole("link", { name: w.home }).click();
    await expect(hers.getByRole("heading", { level: 1, name: w.month(name) })).toBeVisible();
    await hers.goto("/settings");
    await expect(hers.getByRole("heading", { level: 1, name: w.denied })).toBeVisible();
    await hers.goto("/timesheets"); // of everybody
    await expect(hers.getByRole("heading", { level: 1, name: w.month(name) })).toBeVisible();

    await hers.goto(`/timesheets/${who.id}/${month}`);
    for (const [time, reason] of [
      ["09:01", "打刻を忘れたため"],
      ["09:02", "二度目の申請"],
    ] as const) {
      await press(hers, w.ask);
      const dialog = hers.getByRole("dialog");
      await dialog.getByLabel(w.date).fill(day);
      await dialog.getByLabel(w.time).fill(time);
      await dialog.getByLabel(w.reason).fill(reason);
      await answer(hers, w.send);
      await expect(dialog).toHaveCount(0);
    }

    if (language === "en") await inEnglish(page);
    await page.goto("/corrections");
    const row = (reason: string) => page.getByRole("row", { name: new RegExp(`${name}.*${reason}`) });
    await expect(row("打刻を忘れたため")).toBeVisible();
    if (language === "ja") await look(page, "corrections");
    await row("打刻を忘れたため")
      .getByRole("button", { name: w.approveOf(name) })
      .click();
    await answer(page, w.approve);
    await expect(row("打刻を忘れたため")).toHaveCount(0);
    await row("二度目の申請")
      .getByRole("button", { name: w.rejectOf(name) })
      .click();
    await answer(page, w.reject);
    await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible(); // why is missing
    await page.getByRole("dialog").getByLabel(w.comment).fill("入館記録がありません");
    await answer(page, w.reject);
    await expect(row("二度目の申請")).toHaveCount(0);

    await hers.reload();
    await expect(hers.getByText("入館記録がありません")).toBeVisible();
    if (language === "ja") await look(hers, "own-corrections");
    await press(hers, w.submit);
    await answer(hers, w.submit);
    await expect(hers.getByText(w.locked)).toBeVisible();
    await expect(hers.getByRole("button", { name: w.approve, exact: true })).toHaveCount(0);
    const says = words(language);
    const way = (of: "ask" | "withdraw") =>
      hers.getByText(says("month.lockedMore", { way: says(`month.lockedWay.${of}`) }));
    await expect(way("withdraw")).toBeVisible();
    await world.call("POST", `${who.name}/timesheets/${month}:approve`, {});
    await hers.reload();
    await expect(way("ask")).toBeVisible(); // there is nothing she could withdraw
    await hers.context().close();
  });

type Day = { punches: Punch[]; uncounted: string[]; flags: string[] };

/** The day of a punch, of somebody who punched on one alone in its month. */
const dayOf = async (world: World, who: Employee, punch: Punch) =>
  (await world.call<{ days: Day[] }>("GET", `${who.name}/timesheets/${monthOf(punch)}`)).days[0] as Day;

/** What somebody asked for last. */
const lastAsked = async (world: World, who: Employee) =>
  (
    await world.call<{ correctionRequests: { kind: string; corrects: string }[] }>(
      "GET",
      `correctionRequests?employee=${who.name}`,
    )
  ).correctionRequests[0];

/** The clock of Japan at an instant of the day, with its seconds; the screens count on past midnight. */
const clock = (time: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", timeStyle: "medium" }).format(new Date(time));

/** An employee with an account, in a browser of his or her own that shows the month of a punch. */
async function inMonthOf(
  punch: Punch,
  page: Page,
  world: World,
  language: Language,
  who: Employee,
  role = "EMPLOYEE_READ_ONLY",
) {
  const email = `${who.id}@example.co.jp`;
  const account = { email, name: who.displayName, role, employee: who.name };
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", account);
  const hers = await guest(page, world, made.invitation.link, email, language);
  await hers.goto(`/timesheets/${who.id}/${monthOf(punch)}`);
  await expect(hers.locator("table.month")).toBeVisible();
  return hers;
}

/** unfold shows the punches of the only day that has any. */
const unfold = (page: Page) => page.locator("table.month").getByRole("button", { expanded: false }).click();

for (const language of languages)
  test(`a wrong punch is replaced by what its employee asks for without a mouse, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const name = language === "ja" ? "訂正 望子" : "訂正 英望子";
    const who = await world.hire(name);
    const wrong = await entered(world, who, "CLOCK_IN", past(), "09:00");
    const which = { kind: w("kind.CLOCK_IN"), time: clock(wrong.time) };
    const hers = await inMonthOf(wrong, page, world, language, who);
    await reach(hers, new RegExp(w("month.unfold", { day: "" }).trim()));
    await hers.keyboard.press("Enter");
    const button = w("correction.askReplaceWhich", which);
    await reach(hers, button);
    if (language === "ja") await look(hers, "own-day");
    await hers.keyboard.press("Enter");
    const dialog = hers.getByRole("dialog", { name: w("correction.askReplace") });
    await expect(dialog.getByText(w("correction.askReplaceLead", which))).toBeVisible();
    await expect(dialog.getByRole("combobox")).toHaveValue("CLOCK_IN");
    await expect(box(dialog, w("punch.time"))).toHaveValue(which.time.slice(0, 5));
    if (language === "ja") await look(hers, "own-correction");
    await reach(hers, w("punch.time"));
    await hers.keyboard.press("Control+A");
    await hers.keyboard.insertText("09:05");
    await reach(hers, w("punch.reason"));
    await hers.keyboard.insertText("押し間違えたため");
    await reach(hers, w("correction.send"));
    await hers.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await expect(hers.getByRole("button", { name: button })).toBeFocused();
    expect((await lastAsked(world, who))?.corrects).toBe(wrong.name);
    await expect(hers.getByText(w("correction.replacesWhich", which))).toBeVisible();

    await page.goto(`/timesheets/${who.id}/${monthOf(wrong)}`);
    await unfold(page);
    await expect(page.getByRole("button", { name: w("punch.correctWhich", which) })).toBeVisible();
    await expect(page.getByRole("button", { name: button })).toHaveCount(0); // corrects at once, and asks nobody
    const lookedUp: string[] = [];
    page.on("request", (r) => new URL(r.url()).pathname === "/v1/punches" && lookedUp.push(r.url()));
    await page.goto("/corrections");
    const row = page.getByRole("row", { name: new RegExp(`${name}.*押し間違えたため`) });
    await expect(row.getByText(w("correction.replacesWhich", which))).toBeVisible();
    expect(lookedUp).toEqual([]); // the list says what is replaced, however many requests wait
    await row.getByRole("button", { name: w("correction.approve") }).click();
    await expect(page.getByRole("dialog").getByText(w("correction.replacesWhich", which))).toBeVisible();
    await answer(page, w("correction.approve"));
    await expect(row).toHaveCount(0);
    const now = await dayOf(world, who, wrong);
    expect(now.punches.map((p) => [p.name === wrong.name, p.state])).toEqual([
      [true, "VOIDED"],
      [false, "VALID"],
    ]);
    expect([now.uncounted, now.flags]).toEqual([[wrong.name], expect.not.arrayContaining(["REPEATED_CLOCK_IN"])]);
    await hers.reload();
    await unfold(hers);
    await expect(hers.locator(".punches .lost")).toHaveCount(1); // counts no longer
    await expect(hers.locator(".punches .lost").getByRole("button")).toHaveCount(0);
    await expect(hers.getByText(w("flag.REPEATED_CLOCK_IN"))).toHaveCount(0);
    await hers.context().close();
  });

for (const language of languages)
  test(`who asks for a punch of a kind that the day has is asked what becomes of that, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const name = language === "ja" ? "二度 押子" : "二度 英押子";
    const who = await world.hire(name);
    const wrong = await entered(world, who, "CLOCK_IN", past(), "09:00");
    const day = wrong.businessDay;
    await entered(world, who, "CLOCK_IN", day, "09:02"); // repeats the first and does not count
    await entered(world, who, "BREAK_START", day, "12:00");
    const back = await entered(world, who, "BREAK_END", day, "13:00");
    const pause = await entered(world, who, "BREAK_START", day, "15:00");
    const hers = await inMonthOf(wrong, page, world, language, who);
    const dialog = hers.getByRole("dialog");
    const options = dialog.getByRole("radio");
    const add = dialog.getByRole("radio", { name: w("correction.sameAdd") });
    const which = (p: Punch) => ({ kind: w(`kind.${p.kind}` as "kind.CLOCK_IN"), time: clock(p.time) });
    const replace = (p: Punch) => dialog.getByRole("radio", { name: w("correction.sameReplace", which(p)) });
    const ask = async (reason: string) => {
      await press(hers, w("correction.ask"));
      await dialog.getByLabel(w("punch.date")).fill(day);
      await box(dialog, w("punch.time")).fill("15:10");
      await dialog.getByLabel(w("punch.reason")).fill(reason);
    };
    const sent = async () => {
      await answer(hers, w("correction.send"));
      await expect(dialog).toHaveCount(0);
      return lastAsked(world, who);
    };
    // Nothing is sent before it is known what a day of another month has.
    const old = await entered(world, who, "CLOCK_IN", addDays(day, -31), "08:30");
    await ask("以前の打刻");
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await hers.route(/\/timesheets\/\d/, (route) => held.then(() => route.continue()));
    await dialog.getByLabel(w("punch.date")).fill(old.businessDay);
    await expect(options).toHaveCount(0);
    await box(dialog, w("punch.time")).press("Enter");
    go();
    await expect(replace(old)).toBeChecked();
    expect(await lastAsked(world, who)).toBeUndefined();
    await answer(hers, w("action.cancel"));
    await hers.unrouteAll({ behavior: "ignoreErrors" });

    // Nor when it cannot be known: that is said, and can be tried again.
    const older = await entered(world, who, "CLOCK_IN", addDays(day, -62), "08:40");
    await hers.route(/\/timesheets\/\d/, (route) => route.fulfill({ status: 504, json: { code: 4, message: "待ち" } }));
    await ask("もっと以前の打刻");
    await dialog.getByLabel(w("punch.date")).fill(older.businessDay);
    const unread = dialog.getByRole("alert").filter({ hasText: w("correction.unreadMore") });
    await expect(unread).toBeVisible();
    await answer(hers, w("correction.send"));
    await expect(unread).toHaveCount(0); // looks once more instead
    await expect(unread).toBeVisible();
    await hers.unrouteAll({ behavior: "ignoreErrors" });
    await unread.getByRole("button", { name: w("action.retry") }).click();
    await expect(replace(older)).toBeChecked();
    expect(await lastAsked(world, who)).toBeUndefined();
    await answer(hers, w("action.cancel"));

    await ask("押し間違えたため");
    await expect(replace(wrong)).toBeChecked(); // the one there is
    await expect(options).toHaveCount(2);
    const kind = dialog.getByRole("combobox", { name: w("punch.kind") });
    await kind.selectOption("CLOCK_OUT");
    await expect(options).toHaveCount(0); // there is none
    await kind.selectOption("BREAK_START");
    await expect(options).toHaveCount(3);
    await expect(add).toBeChecked(); // nobody knows which
    await kind.selectOption("CLOCK_IN");
    await expect(replace(wrong)).toBeChecked();
    if (language === "ja") await look(hers, "own-correction-same");
    expect(await sent()).toMatchObject({ kind: "CLOCK_IN", corrects: wrong.name });

    await ask("二度目の出勤");
    await add.check();
    expect((await sent())?.corrects).toBeFalsy();

    await ask("二度目の休憩");
    await kind.selectOption("BREAK_START");
    await replace(pause).check();
    expect(await sent()).toMatchObject({ kind: "BREAK_START", corrects: pause.name });

    // Who replaces a punch by one of another kind is asked the same.
    await unfold(hers);
    await press(hers, w("correction.askReplaceWhich", which(wrong)));
    await kind.selectOption("CLOCK_OUT");
    await expect(options).toHaveCount(0);
    await kind.selectOption("BREAK_END");
    await expect(options).toHaveCount(2);
    await expect(replace(wrong)).toBeChecked(); // as was said at first
    await replace(back).check();
    await expect(dialog.getByText(w("correction.askReplaceLead", which(back)))).toBeVisible();
    await dialog.getByLabel(w("punch.reason")).fill("休憩終了の誤り");
    expect(await sent()).toMatchObject({ kind: "BREAK_END", corrects: back.name });
    await press(hers, w("correction.askReplaceWhich", which(pause)));
    await box(dialog, w("punch.time")).fill("15:05");
    await expect(options).toHaveCount(0); // the other break is another
    await dialog.getByLabel(w("punch.reason")).fill("休憩開始の誤り");
    expect(await sent()).toMatchObject({ kind: "BREAK_START", corrects: pause.name });
    await hers.context().close();
  });

test("who may correct a punch is not offered to ask for it", async ({ page, world }) => {
  const w = words("ja");
  const who = await world.hire("直接 正子");
  const punch = await entered(world, who, "CLOCK_IN", past(), "09:00");
  const hers = await inMonthOf(punch, page, world, "ja", who, "EMPLOYEE");
  await unfold(hers);
  await expect(hers.locator(".punches").getByRole("button")).toHaveText([w("punch.correct"), w("punch.void")]);
  await hers.context().close();
});

const said = {
  ja: {
    month: (who: string) => new RegExp(`^${who} さんの`),
    employees: "従業員一覧",
    home: "最初の画面へ",
    denied: "この画面を使う権限がありません",
    add: "打刻を追加",
    ask: "修正を申請",
    date: "日付",
    time: "時刻",
    reason: "理由",
    send: "申請する",
    approve: "承認",
    approveOf: (who: string) => new RegExp(`^${who} さんの修正申請「出勤」.*を承認$`),
    reject: "却下",
    rejectOf: (who: string) => new RegExp(`^${who} さんの修正申請「出勤」.*を却下$`),
    comment: "コメント",
    submit: "申請",
    locked: "この勤怠は申請済みです。",
  },
  en: {
    month: (who: string) => new RegExp(`^${who}, `),
    employees: "Employees",
    home: "To the first screen",
    denied: "You may not use this screen",
    add: "Add a punch",
    ask: "Ask for a correction",
    date: "Day",
    time: "Time",
    reason: "Reason",
    send: "Ask",
    approve: "Approve",
    approveOf: (who: string) => new RegExp(`^Approve the correction of ${who}: Clock-in, `),
    reject: "Reject",
    rejectOf: (who: string) => new RegExp(`^Reject the correction of ${who}: Clock-in, `),
    comment: "Comment",
    submit: "Submit",
    locked: "This timesheet is: Submitted.",
  },
};
