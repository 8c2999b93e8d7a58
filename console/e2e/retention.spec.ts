// For how long records are kept, and what keeps them longer.
import { look } from "./look";
import { answer, expect, inEnglish, languages, press, test } from "./world";

for (const language of languages)
  test(`years are shortened after a question only; a hold is placed and released with reasons, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = said[language];
    const name = language === "ja" ? "保全 守" : "保全 護";
    const who = await world.hire(name);
    const years = async () => (await world.call("GET", "retention")).years;
    const before = await years();
    if (language === "en") await inEnglish(page);
    await page.goto("/settings/retention");
    await expect(page.getByLabel(w.years)).toHaveValue(String(before));
    await expect(page.getByText(w.nothing)).toBeVisible();
    await page.getByLabel(w.years).fill("2");
    await press(page, w.save);
    await expect(page.getByText(w.wrong)).toBeVisible();
    await page.getByLabel(w.years).fill(String(w.less));
    await press(page, w.save);
    await expect(page.getByRole("dialog", { name: w.sure })).toBeVisible();
    await answer(page, w.cancel);
    expect(await years()).toBe(before);
    await press(page, w.save);
    await answer(page, w.shorten);
    await page.getByText(w.changes).click();
    await expect(page.getByText(w.since(w.less))).toBeVisible();
    await page.getByLabel(w.years).fill(String(w.more));
    await press(page, w.save); // longer asks nothing
    await expect(page.getByText(w.since(w.more))).toBeVisible();

    await press(page, w.place);
    await answer(page, w.place);
    await expect(page.getByText(w.noReason)).toBeVisible();
    await page.getByLabel(w.whose).selectOption({ label: `${who.employeeNumber} ${name}` });
    await page.getByRole("dialog").getByLabel(w.reason).fill("労働審判の申立てのため");
    if (language === "ja") await look(page, "hold-new");
    await answer(page, w.place);
    const row = (what: string) => page.getByRole("row", { name: new RegExp(`${name}.*${what}`) });
    await expect(row(w.inForce)).toBeVisible();
    if (language === "ja") await look(page, "retention");
    await page.getByRole("button", { name: w.releaseOf(name), exact: true }).click();
    await page.getByRole("dialog").getByLabel(w.reason).fill("審判が終わったため");
    await answer(page, w.release);
    await expect(row(`${w.released}.*審判が終わったため`)).toBeVisible();
  });

const said = {
  ja: {
    years: "保存する年数",
    less: 3,
    more: 7,
    nothing: "対象の記録はありません",
    wrong: "3 から 100 までの整数を入力してください。",
    save: "保存",
    sure: "保存期間を 3 年に短縮しますか?",
    shorten: "短縮する",
    cancel: "キャンセル",
    changes: "変更の履歴",
    since: (n: number) => new RegExp(`から ${n} 年\\(山田 花子\\)`),
    place: "保全を指定する",
    whose: "対象",
    reason: "理由",
    noReason: "理由を入力してください。",
    inForce: "保全中",
    release: "保全を解除する",
    releaseOf: (who: string) => `${who}の保全を解除する`,
    released: "解除済み",
  },
  en: {
    years: "Years",
    less: 4,
    more: 8,
    nothing: "There are no such records",
    wrong: "Enter a whole number from 3 to 100.",
    save: "Save",
    sure: "Shorten the retention to 4 years?",
    shorten: "Shorten",
    cancel: "Cancel",
    changes: "Earlier changes",
    since: (n: number) => new RegExp(`^${n} years since .*\\(山田 花子\\)`),
    place: "Place a hold",
    whose: "Whose records",
    reason: "Reason",
    noReason: "Please fill in: Reason.",
    inForce: "In force",
    release: "Release the hold",
    releaseOf: (who: string) => `Release the hold on ${who}`,
    released: "Released",
  },
};
