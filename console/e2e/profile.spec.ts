// One's own account: password, devices, language and appearance.
import { elsewhere, expect, guest, knock, languages, like, logIn, password, press, test, words } from "./world";

for (const language of languages)
  test(`a password is changed and another device logged out, in ${language}`, async ({ page, world }) => {
    const w = words(language);
    const email = `profile-${language}@example.co.jp`;
    const role = "MANAGER";
    const account = { email, name: `自己 紹介 ${language}`, role };
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", account);
    const hers = await guest(page, world, made.invitation.link, email, language);
    const phone = await elsewhere(page, world);
    await logIn(phone, email);

    await hers.goto("/profile");
    const end = hers.getByRole("button", {
      name: like(w("sessions.endWhich", { device: "Chrome / Linux", facts: "*" })),
    });
    await end.click(); // there is one, since nobody ends the own session here
    await hers
      .getByRole("dialog")
      .getByRole("button", { name: w("sessions.end"), exact: true })
      .click();
    await expect(end).toHaveCount(0);
    await phone.reload();
    await expect(phone.getByRole("heading", { level: 1, name: "ログイン" })).toBeVisible();

    await logIn(phone, email);
    const fresh = `${password}-neu`;
    const fill = async (now: string, next: string, again: string) => {
      await hers.getByLabel(w("password.now"), { exact: true }).fill(now);
      await hers.getByLabel(w("password.new"), { exact: true }).fill(next);
      await hers.getByLabel(w("password.again"), { exact: true }).fill(again);
      await press(hers, w("password.change"));
    };
    await fill(password, fresh, password);
    await expect(hers.getByText(w("password.differs"))).toBeVisible();
    await fill("nicht dieses, aber lang genug", fresh, fresh);
    const now = hers.getByLabel(w("password.now"), { exact: true });
    await expect(now).toHaveAttribute("aria-invalid", "true");
    await expect(now).toBeFocused();
    await fill(password, fresh, fresh);
    await expect(hers.getByText(w("password.changed"))).toBeVisible();
    await phone.reload(); // what was logged in elsewhere is not any more
    await expect(phone.getByRole("heading", { level: 1, name: "ログイン" })).toBeVisible();
    await knock(phone, email);
    await expect(phone.getByRole("alert")).toBeVisible(); // with the password of before
    await phone.context().close();
    await hers.context().close();
  });

test("the language of the screen and its appearance are chosen and remembered", async ({ page }) => {
  await page.goto("/profile");
  await press(page, "English");
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await press(page, "Dark");
  const look = () => page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]);
  expect(await look()).toEqual(["en", "dark"]);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  expect(await look()).toEqual(["en", "dark"]);
  await press(page, "日本語");
  await expect(page.getByRole("heading", { level: 1, name: "プロフィール" })).toBeVisible();
  await press(page, "端末に合わせる");
  expect((await look())[0]).toBe("ja");
});
