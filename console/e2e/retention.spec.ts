// For how long records are kept, and what keeps them longer.
import { look } from "./look";
import { administrator, answer, expect, languages, like, press, speak, test } from "./world";

for (const language of languages) {
  test(`years are shortened after a question only, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const years = async () => Number((await world.call("GET", "retention")).years);
    const since = (n: number) =>
      page.getByText(like(w("retention.version", { time: "*", years: n, who: administrator.name }))).first();
    const field = page.getByLabel(w("retention.years"));
    const before = await years();
    const [less, more] = [before - 1, before + 2];
    await page.goto("/settings/retention");
    await expect(field).toHaveValue(String(before));
    await expect(page.getByText(w("preview.none"))).toBeVisible();
    await field.fill("2");
    await press(page, w("action.save"));
    await expect(page.getByText(w("retention.yearsWrong", { least: 3, most: 100 }))).toBeVisible();
    await field.fill(String(less));
    await press(page, w("action.save"));
    await expect(page.getByRole("dialog", { name: w("retention.shorter", { years: less }) })).toBeVisible();
    await answer(page, w("action.cancel"));
    expect(await years()).toBe(before);
    await press(page, w("action.save"));
    await answer(page, w("retention.shorterDo"));
    await page.getByText(w("retention.versions")).click();
    await expect(since(less)).toBeVisible();
    await field.fill(String(more));
    await press(page, w("action.save")); // longer asks nothing
    await expect(since(more)).toBeVisible();
    expect(await years()).toBe(more);
  });

  test(`a hold is placed and released with reasons, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const name = language === "ja" ? "渡辺 守" : "渡辺 護";
    const who = await world.hire(name);
    const row = (what: string) => page.getByRole("row", { name: new RegExp(`${name}.*${what}`) });
    const reason = page.getByRole("dialog").getByLabel(w("punch.reason"));
    await page.goto("/settings/retention");
    await press(page, w("hold.place"));
    await answer(page, w("hold.place"));
    await expect(page.getByText(w("form.required", { label: w("punch.reason") }))).toBeVisible();
    await page.getByLabel(w("hold.whose")).selectOption({ label: `${who.employeeNumber} ${name}` });
    await reason.fill("労働審判の申立てのため");
    if (language === "ja") await look(page, "hold-new");
    await answer(page, w("hold.place"));
    await expect(row(w("holdState.IN_FORCE"))).toBeVisible();
    if (language === "ja") await look(page, "retention");
    await page.getByRole("button", { name: w("hold.releaseWhose", { whose: name }), exact: true }).click();
    await reason.fill("審判が終わったため");
    await answer(page, w("hold.release"));
    await expect(row(`${w("holdState.RELEASED")}.*審判が終わったため`)).toBeVisible();
  });
}

for (const part of ["retention:preview", "legalHolds", "employees"])
  test(`the years can be changed while ${part} does not answer`, async ({ page }) => {
    let asked = 0;
    await page.route(new RegExp(`/v1/${part}\\b`), (route) => {
      asked++;
      return route.fulfill({ status: 504, json: { code: 4, message: "ただいま応答できません" } });
    });
    await page.goto("/settings/retention");
    await expect(page.getByLabel("保存する年数")).toBeEditable();
    await expect(page.locator(".skeleton")).toHaveCount(0);
    await page.waitForTimeout(2_000);
    expect(asked).toBeLessThan(10); // it is not asked without end
    await page.unroute(new RegExp(`/v1/${part}\\b`));
  });
