// Punches that people enter and take away, and those that were held.
import type { Page } from "@playwright/test";
import { addDays } from "../src/screens/attendance/periods";
import {
  administrator,
  answer,
  box,
  entered,
  expect,
  guest,
  inEnglish,
  languages,
  like,
  monthOf,
  oneByOne,
  past,
  press,
  punched,
  speak,
  test,
  today,
  type World,
} from "./world";

for (const language of languages)
  test(`a punch is added, corrected and voided, each with its reason, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(`打刻 足子 ${language}`);
    const admin = administrator.name;
    const day = past();
    await page.goto(`/timesheets/${who.id}/${day.slice(0, 7)}`);
    await press(page, w("punch.add"));
    const dialog = page.getByRole("dialog");
    const noReason = dialog.getByText(w("form.required", { label: w("punch.reason") }));
    await answer(page, w("punch.save"));
    await expect(dialog.getByText(w("form.timeWrong"))).toBeVisible();
    await expect(noReason).toBeVisible();
    await dialog.getByLabel(w("punch.date")).fill(day);
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
  await changingAt(world, "02:00", () => marks(night));
  await page.clock.setFixedTime(new Date(`${night}T05:00:00+09:00`));
  await marks(night);
});

test("an employee's own month has the company's cutoff, too", async ({ page, world }) => {
  const who = await world.hire("深夜 自分");
  const email = "shinya@example.co.jp";
  const account = { email, name: who.displayName, role: "EMPLOYEE", employee: who.name };
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", account);
  const hers = await guest(page, world, made.invitation.link, email);
  const night = addDays(today(), -3);
  const marks = async (date: string) => {
    const [, m, d] = date.split("-").map(Number);
    await hers.goto("/");
    await expect(hers.locator('th[aria-current="date"]')).toHaveText(new RegExp(`^${m}/${d}\\(`));
  };
  await hers.clock.setFixedTime(new Date(`${night}T02:30:00+09:00`));
  await marks(addDays(night, -1));
  await changingAt(world, "02:00", () => marks(night));
  await hers.context().close();
});

test("a month that is on the screen shows the punch that its address names", async ({ page, world }) => {
  const who = await world.hire("行先 明子");
  const first = await entered(world, who, "CLOCK_IN", past(), "09:00");
  const second = await entered(world, who, "CLOCK_OUT", past(), "18:00");
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

// The lines of each text of the table: dates and the words of the kinds have one, names break between their parts alone.
const linesOf = (page: Page, texts: string) =>
  page.locator("tbody").evaluate((table, pattern) => {
    const found: [string, number][] = [];
    const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      if (!new RegExp(`^(${pattern})$`).test(text)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push([text, new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size]);
    }
    return found;
  }, texts);

for (const language of languages)
  test(`long reasons break no date, month or kind of a list, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const who = await world.hire(language === "ja" ? "勘解由小路 あかね" : "勘解由小路 つばき", 0);
    const month = monthOf(await punched(world, who, "CLOCK_IN", 9));
    const reason =
      "昼休憩の終わりに来客対応が長引いて復帰の打刻を忘れ、席に戻った時刻を入館記録とビル管理室の台帳で確かめたため修正をお願いします";
    const asked = async (kind: string) => {
      const time = new Date(Date.now() - 240_000).toISOString();
      return world.call<{ name: string }>("POST", "correctionRequests", { employee: who.name, kind, time, reason });
    };
    await asked("BREAK_END");
    await world.call("POST", `${(await asked("BREAK_START")).name}:reject`, { comment: reason });
    await world.call("POST", `${who.name}/timesheets/${month}:submit`, {});
    await world.say(0, "退勤");
    const kinds = ["BREAK_END", "BREAK_START", "CLOCK_OUT"].map((kind) => w(`kind.${kind}` as "kind.CLOCK_OUT"));
    const date =
      language === "ja" ? "\\d+年\\d+月(\\d+日 [\\d:]+)?" : "(\\d+ )?[A-Z][a-z]+ 20\\d\\d( at|,)?( [\\d:]+)?";
    for (const [path, state] of [
      ["/held", ""],
      ["/corrections", ""],
      ["/corrections", w("correctionState.REJECTED")],
    ] as const) {
      await page.goto(path);
      if (state) await press(page, state);
      await expect(page.getByRole("row", { name: new RegExp(who.displayName) })).toBeVisible();
      for (const width of [1280, 1024, 768, 390]) {
        await page.setViewportSize({ width, height: 860 });
        const once = await linesOf(page, [date, ...kinds].join("|"));
        expect(once.length, `${path} ${width}`).toBeGreaterThanOrEqual(3); // a kind, a moment, a month
        expect(
          once.filter(([, lines]) => lines !== 1),
          `${path} ${width}`,
        ).toEqual([]);
        const names = await linesOf(page, who.displayName);
        expect(Math.max(...names.map(([, lines]) => lines)), `${path} ${width}`).toBeLessThanOrEqual(2);
        const reasons = await linesOf(page, reason);
        expect(Math.max(0, ...reasons.map(([, lines]) => lines)), `${path} ${width}`).toBeLessThanOrEqual(7);
      }
    }
    await world.call("DELETE", `${who.name}/accountLink`);
  });

for (const language of languages)
  test(`of two held punches one is applied after 差戻し and the other discarded, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = said[language];
    const name = `保留 待子 ${language}`;
    const who = await world.hire(name, 0);
    const month = monthOf(await punched(world, who, "CLOCK_IN", 2)); // of which a 退勤 is, too, whatever the clock shows
    await world.call("POST", `${who.name}/timesheets/${month}:submit`, {});
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
    await world.call("POST", `${who.name}/timesheets/${month}:sendBack`, { comment: "退勤の打刻があります" });
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

// The company's business day changes at another time while something is looked at.
async function changingAt(world: World, dayCutoff: string, look: () => Promise<void>) {
  const { name, version, updateTime, actor, effectiveTime, ...rules } = await world.call("GET", "workRules");
  try {
    await world.call("PUT", "workRules", { ...rules, dayCutoff });
    await look();
  } finally {
    const { etag } = await world.call<{ etag: string }>("GET", "workRules");
    await world.call("PUT", "workRules", { ...rules, etag });
  }
}
