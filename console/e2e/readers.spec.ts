// Who may only read is not asked for what they may not have, and is led to no form that they could not send.
import { expect, guest, languages, test, words } from "./world";

for (const language of languages)
  test(`an auditor sees how a connection goes, and no form, in ${language}`, async ({ page, world }) => {
    const w = words(language);
    const email = `reader-${language}@example.co.jp`;
    const account = { email, name: `監査 読子 ${language}`, role: "AUDITOR" };
    const made = await world.call<{ invitation: { link: string } }>("POST", "accounts", account);
    const hers = await guest(page, world, made.invitation.link, email, language);
    const refused: string[] = [];
    hers.on("response", (r) => r.status() === 403 && refused.push(r.url()));

    await hers.goto("/settings/integrations");
    await expect(hers.getByRole("link", { name: w("integrations.status") })).toBeVisible();
    await expect(hers.getByRole("link", { name: w("tokens.title") })).toHaveCount(0);
    await expect(hers.locator('a[href$="/setup"]')).toHaveCount(0);
    await hers.getByRole("link", { name: w("integrations.status") }).click();
    await expect(hers.getByRole("heading", { name: w("chart.title") })).toBeVisible();
    await expect(hers.getByText(w("chart.numbers"))).toBeVisible();
    await expect(hers.locator(".skeleton")).toHaveCount(0);
    await expect(hers.getByRole("heading", { name: w("tokens.title") })).toHaveCount(0);
    await expect(hers.getByRole("alert")).toHaveCount(0);

    const { id } = await world.hire(`被監査 済 ${language}`);
    const forms = ["employees/new", "employees/import", `employees/${id}`, `integrations/${world.connection}/setup`];
    for (const form of forms) {
      await hers.goto(`/settings/${form}`);
      await expect(hers.getByRole("heading", { level: 1, name: w("lost.denied") })).toBeVisible();
      await expect(hers.getByText(w("lost.deniedText", { role: w("role.AUDITOR") }))).toBeVisible();
      await expect(hers.getByRole("navigation", { name: w("nav.label") })).toBeVisible();
    }
    await hers.getByRole("link", { name: w("lost.home") }).click();
    await expect(hers.getByRole("heading", { level: 1, name: w("nav.today") })).toBeVisible();
    expect(refused).toEqual([]);
    await hers.context().close();
  });
