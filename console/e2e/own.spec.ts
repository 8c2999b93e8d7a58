// What employees do: they see their own months alone, ask for corrections and submit.
import { look } from "./look";
import { answer, expect, guest, period, press, punched, test, today } from "./world";

test("an employee asks for corrections, one is approved and one rejected, and submits the month", async ({
  page,
  world,
}) => {
  const who = await world.hire("本人 自子");
  const other = await world.hire("他人 別雄");
  await punched(world, who, "CLOCK_IN", 5);
  const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", {
    email: "honnin@example.co.jp",
    name: "本人 自子",
    role: "EMPLOYEE",
    employee: who.name,
  });
  const hers = await guest(page, world, made.invitation.link, "honnin@example.co.jp");
  await expect(hers.getByRole("heading", { level: 1, name: /本人 自子 さんの/ })).toBeVisible();
  await expect(hers.getByRole("link", { name: "従業員一覧" })).toHaveCount(0);
  await expect(hers.getByRole("button", { name: "打刻を追加", exact: true })).toBeVisible();
  await hers.goto(`/timesheets/${other.id}/${period()}`);
  await expect(hers.getByRole("alert")).toBeVisible(); // somebody else's
  await hers.goto("/");

  for (const [time, reason] of [
    ["00:01", "打刻を忘れたため"],
    ["00:02", "二度目の申請"],
  ] as const) {
    await press(hers, "修正を申請");
    const dialog = hers.getByRole("dialog");
    await dialog.getByLabel("日付").fill(today());
    await dialog.getByLabel("時刻").fill(time);
    await dialog.getByLabel("理由").fill(reason);
    await answer(hers, "申請する");
    await expect(dialog).toHaveCount(0);
  }

  await page.goto("/corrections");
  const row = (reason: string) => page.getByRole("row", { name: new RegExp(`本人 自子.*${reason}`) });
  await expect(row("打刻を忘れたため")).toBeVisible();
  await look(page, "corrections");
  await row("打刻を忘れたため").getByRole("button", { name: "承認" }).click();
  await answer(page, "承認");
  await expect(row("打刻を忘れたため")).toHaveCount(0);
  await row("二度目の申請").getByRole("button", { name: "却下" }).click();
  await answer(page, "却下");
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible(); // why is missing
  await page.getByRole("dialog").getByLabel("コメント").fill("入館記録がありません");
  await answer(page, "却下");
  await expect(row("二度目の申請")).toHaveCount(0);

  await hers.reload();
  await expect(hers.getByText("入館記録がありません")).toBeVisible();
  await look(hers, "own-corrections");
  await press(hers, "申請");
  await answer(hers, "申請");
  await expect(hers.getByText("この勤怠は申請済みです。")).toBeVisible();
  await expect(hers.getByRole("button", { name: "承認", exact: true })).toHaveCount(0);
  await hers.context().close();
});
