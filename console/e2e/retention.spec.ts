// For how long records are kept, and what keeps them longer.
import { look } from "./look";
import { answer, expect, press, test } from "./world";

test("years are shortened after a question only; a hold is placed and released with reasons", async ({
  page,
  world,
}) => {
  const who = await world.hire("保全 守");
  await page.goto("/settings/retention");
  await expect(page.getByLabel("保存する年数")).toHaveValue("5");
  await expect(page.getByText("対象の記録はありません")).toBeVisible();
  await page.getByLabel("保存する年数").fill("2");
  await press(page, "保存");
  await expect(page.getByText("3 から 100 までの整数を入力してください。")).toBeVisible();
  await page.getByLabel("保存する年数").fill("3");
  await press(page, "保存");
  await expect(page.getByRole("dialog", { name: "保存期間を 3 年に短縮しますか?" })).toBeVisible();
  await answer(page, "キャンセル");
  expect((await world.call("GET", "retention")).years).toBe(5);
  await press(page, "保存");
  await answer(page, "短縮する");
  await page.getByText("変更の履歴").click();
  await expect(page.getByText(/から 3 年\(山田 花子\)/)).toBeVisible();
  await page.getByLabel("保存する年数").fill("7");
  await press(page, "保存"); // longer asks nothing
  await expect(page.getByText(/から 7 年/)).toBeVisible();

  await press(page, "保全を指定する");
  await answer(page, "保全を指定する");
  await expect(page.getByText("理由を入力してください。")).toBeVisible();
  await page.getByLabel("対象").selectOption({ label: `${who.employeeNumber} 保全 守` });
  await page.getByRole("dialog").getByLabel("理由").fill("労働審判の申立てのため");
  await look(page, "hold-new");
  await answer(page, "保全を指定する");
  await expect(page.getByRole("row", { name: /保全 守.*保全中/ })).toBeVisible();
  await look(page, "retention");
  await page
    .getByRole("row", { name: /保全 守/ })
    .getByRole("button", { name: "保全を解除する" })
    .click();
  await page.getByRole("dialog").getByLabel("理由").fill("審判が終わったため");
  await answer(page, "保全を解除する");
  await expect(page.getByRole("row", { name: /保全 守.*解除済み.*審判が終わったため/ })).toBeVisible();
});
