// Punches that people enter and take away, and those that were held.
import { addDays } from "../src/screens/attendance/periods";
import {
  administrator,
  answer,
  box,
  expect,
  inEnglish,
  languages,
  like,
  oneByOne,
  period,
  press,
  punched,
  speak,
  test,
  today,
} from "./world";

for (const language of languages)
  test(`a punch is added, corrected and voided, each with its reason, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`打刻 足子 ${language}`);
    const admin = administrator.name;
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await press(page, w("punch.add"));
    const dialog = page.getByRole("dialog");
    const noReason = dialog.getByText(w("form.required", { label: w("punch.reason") }));
    await answer(page, w("punch.save"));
    await expect(dialog.getByText(w("form.timeWrong"))).toBeVisible();
    await expect(noReason).toBeVisible();
    await dialog.getByLabel(w("punch.date")).fill(today());
    await box(dialog, w("punch.time")).fill("00:00");
    await dialog.getByLabel(w("punch.reason")).fill("打刻を忘れたため");
    await answer(page, w("punch.save"));
    await expect(dialog).toHaveCount(0);
    await press(page, like(w("month.unfold", { day: "*" })));
    await expect(page.getByText(w("punch.enteredBy", { who: admin, reason: "打刻を忘れたため" }))).toBeVisible();

    await press(page, w("punch.correctWhich", { kind: w("kind.CLOCK_IN"), time: "24:00:00" })); // of the day before
    await dialog.getByLabel(w("punch.kind")).selectOption("CLOCK_OUT");
    await dialog.getByLabel(w("punch.reason")).fill("種類の誤り");
    await answer(page, w("punch.save"));
    await expect(page.getByText(w("punch.correctedBy", { who: admin, reason: "種類の誤り" }))).toBeVisible();

    await press(page, w("punch.voidWhich", { kind: w("kind.CLOCK_OUT"), time: "24:00:00" })); // of the day before
    await answer(page, w("punch.void"));
    await expect(noReason).toBeVisible();
    await dialog.getByLabel(w("punch.reason")).fill("日付の誤り");
    await answer(page, w("punch.void"));
    const voided = like(w("punch.voidedBy", { who: admin, time: "*", reason: "日付の誤り" }));
    await expect(page.getByText(voided)).toBeVisible();
  });

test("after midnight the business day is marked and added to, until the company's cutoff", async ({ page, world }) => {
  const who = await world.hire("深夜 業子");
  await punched(world, who, "CLOCK_IN");
  const night = addDays(today(), -3);
  const marks = async (date: string) => {
    const [, m, d] = date.split("-").map(Number);
    await page.goto("/today");
    await expect(page.locator(".page-head")).toContainText(`${m}月${d}日`);
    await page.goto(`/timesheets/${who.id}`);
    await expect(page.locator('th[aria-current="date"]')).toHaveText(new RegExp(`^${m}/${d}\\(`));
    await press(page, "打刻を追加");
    await expect(page.getByRole("dialog").getByLabel("日付")).toHaveValue(date);
  };
  await page.clock.setFixedTime(new Date(`${night}T02:30:00+09:00`));
  await marks(addDays(night, -1));
  const { name, version, updateTime, actor, effectiveTime, ...rules } = await world.call("GET", "workRules");
  try {
    await world.call("PUT", "workRules", { ...rules, dayCutoff: "02:00" });
    await marks(night);
  } finally {
    const { etag } = await world.call<{ etag: string }>("GET", "workRules");
    await world.call("PUT", "workRules", { ...rules, etag });
  }
  await page.clock.setFixedTime(new Date(`${night}T05:00:00+09:00`));
  await marks(night);
});

test("a month that is on the screen shows the punch that its address names", async ({ page, world }) => {
  const who = await world.hire("行先 明子");
  const first = await punched(world, who, "CLOCK_IN", 5);
  const second = await punched(world, who, "CLOCK_OUT", 1);
  const id = (punch: typeof first) => String(punch.name).split("/").pop() ?? "";
  const line = (punch: typeof first) => page.locator(`li[id="${id(punch)}"]`);
  const fold = page.locator("table.month").getByRole("button", { name: "閉じる" });
  await page.goto(`/timesheets/${who.id}?punch=${first.name}&at=${first.time}`);
  await expect(line(first)).toBeInViewport();
  await fold.click();
  await expect(line(first)).toHaveCount(0);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, id(second));
  await expect(line(second)).toBeInViewport();
  await fold.click();
  await page.goBack();
  await expect(line(first)).toBeInViewport();
});

for (const language of languages)
  test(`of two held punches one is applied after 差戻し and the other discarded, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = said[language];
    const name = `保留 待子 ${language}`;
    const who = await world.hire(name, 0);
    await punched(world, who, "CLOCK_IN", 2);
    await world.call("POST", `${who.name}/timesheets/${period()}:submit`, {});
    await world.say(0, "休憩");
    await world.say(0, "退勤");
    if (language === "en") await inEnglish(page);
    await oneByOne(page, "heldPunches");
    await page.goto("/held");
    const row = (what: string) => page.getByRole("row", { name: new RegExp(`${name}.*${what}`) });
    await expect(row(w.pause)).toBeVisible();
    await expect(row(w.out)).toBeVisible(); // on the next page
    await row(w.pause)
      .getByRole("button", { name: w.discardOf(name) })
      .click();
    await answer(page, w.discard);
    await expect(page.getByRole("dialog").getByText(w.noReason)).toBeVisible();
    await page.getByRole("dialog").getByLabel(w.reason).fill("休憩していないため");
    await answer(page, w.discard);
    await expect(row(w.pause)).toHaveCount(0);

    await row(w.out)
      .getByRole("button", { name: w.applyOf(name) })
      .click();
    await answer(page, w.apply);
    await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible(); // the month is still submitted
    await answer(page, w.cancel);
    await world.call("POST", `${who.name}/timesheets/${period()}:sendBack`, { comment: "退勤の打刻があります" });
    await row(w.out)
      .getByRole("button", { name: w.applyOf(name) })
      .click();
    await answer(page, w.apply);
    await expect(row(w.out)).toHaveCount(0);
    await press(page, w.discarded);
    await expect(row("休憩していないため")).toBeVisible();
    await world.call("DELETE", `${who.name}/accountLink`);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

const said = {
  ja: {
    pause: "休憩",
    out: "退勤",
    apply: "打刻にする",
    applyOf: (who: string) => new RegExp(`^${who} さんの「退勤」.*を打刻にする$`),
    discard: "破棄",
    discardOf: (who: string) => new RegExp(`^${who} さんの「休憩」.*を破棄$`),
    discarded: "破棄した",
    reason: "理由",
    noReason: "理由を入力してください。",
    cancel: "キャンセル",
  },
  en: {
    pause: "Break",
    out: "Clock-out",
    apply: "Apply",
    applyOf: (who: string) => new RegExp(`^Apply Clock-out of ${who}, `),
    discard: "Discard",
    discardOf: (who: string) => new RegExp(`^Discard Break of ${who}, `),
    discarded: "Discarded",
    reason: "Reason",
    noReason: "Please fill in: Reason.",
    cancel: "Cancel",
  },
};
