// What employees do: they see their own months alone, ask for corrections and submit.
import { look } from "./look";
import { answer, expect, guest, inEnglish, languages, period, press, punched, test, today, words } from "./world";

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
    await punched(world, who, "CLOCK_IN", 5);
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
    await hers.goto(`/timesheets/${other.id}/${period()}`);
    await expect(hers.getByRole("alert")).toBeVisible(); // somebody else's
    await hers.getByRole("alert").getByRole("link", { name: w.home }).click();
    await expect(hers.getByRole("heading", { level: 1, name: w.month(name) })).toBeVisible();
    await hers.goto("/settings");
    await expect(hers.getByRole("heading", { level: 1, name: w.denied })).toBeVisible();
    await hers.goto("/timesheets"); // of everybody
    await expect(hers.getByRole("heading", { level: 1, name: w.month(name) })).toBeVisible();

    for (const [time, reason] of [
      ["00:01", "打刻を忘れたため"],
      ["00:02", "二度目の申請"],
    ] as const) {
      await press(hers, w.ask);
      const dialog = hers.getByRole("dialog");
      await dialog.getByLabel(w.date).fill(today());
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
    await world.call("POST", `${who.name}/timesheets/${period()}:approve`, {});
    await hers.reload();
    await expect(way("ask")).toBeVisible(); // there is nothing she could withdraw
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
