// A connection is renamed, gets a second token, and moves from API 1.0 to 2.0 and back without losing a key.
import { fillKeys } from "./keys";
import { look } from "./look";
import { answer, expect, languages, press, speak, test } from "./world";

for (const language of languages)
  test(`a connection is renamed, and the name is taken back, however long that takes, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const title = (name: string) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await page.clock.install();
    await page.goto(`/settings/integrations/${world.connection}`);
    await press(page, w("action.more"));
    await press(page, w("status.rename"));
    await page.getByLabel(w("status.name")).fill(" ");
    await answer(page, w("action.save"));
    await expect(page.getByText(w("form.required", { label: w("status.name") }))).toBeVisible();
    await page.getByLabel(w("status.name")).fill("大阪支店");
    await answer(page, w("action.save"));
    await title("大阪支店");
    await page.clock.fastForward("15:00"); // who is slow has the time (WCAG 2.2.1), and on other screens, too
    await page
      .getByRole("link", { name: w("nav.employees") })
      .first()
      .click();
    await title(w("nav.employees"));
    await press(page, w("action.undo"));
    const done = page.getByText(w("status.renamed", { name: "LINE WORKS" }));
    await expect(done).toBeVisible();
    await done.hover();
    await page.clock.fastForward("01:00");
    await expect(done).toBeVisible(); // it is being read
    await page.mouse.move(0, 0);
    await expect(done).toHaveCount(0);
    await page.goto(`/settings/integrations/${world.connection}`);
    await title("LINE WORKS");
  });

for (const language of languages)
  test(`a connection is stopped after a question, and switched on again, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    const state = (of: "ACTIVE" | "DISABLED") =>
      expect(page.locator(".page-head").getByText(w(`connectionState.${of}`), { exact: true })).toBeVisible();
    await page.goto(`/settings/integrations/${world.connection}`);
    await press(page, w("action.more"));
    await press(page, w("status.disable"));
    await answer(page, w("action.cancel"));
    await state("ACTIVE");
    await press(page, w("action.more"));
    await press(page, w("status.disable"));
    await answer(page, w("status.disable"));
    await state("DISABLED");
    await expect(page.getByText(w("status.stoppedMore"))).toBeVisible();
    await page
      .getByRole("main")
      .getByRole("button", { name: w("connect.activate"), exact: true })
      .click();
    await state("ACTIVE");
  });

for (const language of languages)
  test(`a second token is issued, and revoked after a question; the figures are there as numbers, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const tokens = async () =>
      (await world.call<{ tokens: { token: string }[] }>("GET", `connections/${world.connection}/tokens`)).tokens.map(
        (one) => one.token,
      );
    const before = await tokens();
    await page.goto(`/settings/integrations/${world.connection}`);
    await press(page, w("guide.token.issue"));
    await expect(page.getByText(/\/v1\/lineworks\/attendance\/dkt_/)).toHaveCount(2);
    const [second = ""] = (await tokens()).filter((token) => !before.includes(token));
    const revoke = page.getByRole("button", { name: w("tokens.revokeWhich", { tail: second.slice(-4) }), exact: true });
    await revoke.click();
    await answer(page, w("action.cancel"));
    await expect(revoke).toBeFocused();
    await revoke.click();
    await answer(page, w("tokens.revoke"));
    await expect(revoke).toHaveCount(0);
    expect(await tokens()).toEqual(before);

    await press(page, w("chart.span.7"));
    await page.getByText(w("chart.numbers")).click();
    await expect(
      page.getByRole("columnheader", { name: w("figure.signature") }).or(page.getByText(w("chart.nothing"))),
    ).toBeVisible();
  });

for (const language of languages)
  test(`keys of API 2.0 wait beside those of 1.0, are tested, used, and given up again, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    // The one bot of this company becomes free, and a connection has keys of API 1.0.
    await world.call("POST", `connections/${world.connection}:disable`, {});
    await page.goto(`/settings/integrations/${world.connection}`);
    await press(page, w("action.more"));
    await press(page, w("status.delete"));
    await answer(page, w("status.delete"));
    await expect(page.getByRole("heading", { level: 1, name: w("integrations.title") })).toBeVisible();
    const { name } = await world.call<{ name: string }>("POST", "connections", {
      service: "LINE_WORKS",
      displayName: "LINE WORKS",
    });
    await world.call("PUT", `${name}/credentials`, await world.oldKeys());
    const version = async () => (await world.call("GET", `${name}/credentials`)).apiVersion;
    const waiting = page.getByRole("heading", { name: w("keySet.staged"), exact: true });

    const id = name.split("/").pop();
    await page.goto(`/settings/integrations/${id}/setup`);
    await press(page, w("guide.keys.replace"));
    await page.getByRole("radio", { name: /API 2\.0/ }).check();
    await expect(page.getByRole("radio", { name: new RegExp(w("keySet.later")) })).toBeChecked();
    await fillKeys(page, await world.keys());
    await press(page, w("action.confirm"));
    await expect(page.getByText(w("review.staged"))).toBeVisible();
    await press(page, w("action.send"));
    await expect(waiting).toBeVisible();
    expect(await version()).toBe("V1"); // nothing is switched yet
    await press(page, w("test.run"));
    await expect(page.getByText(w("check.TOKEN"), { exact: true })).toBeVisible();
    if (language === "ja") await look(page, "connection-staged");

    await press(page, w("keySet.activate"));
    await answer(page, w("keySet.activate"));
    await expect(page.getByText(w("status.previous"))).toBeVisible();
    expect(await version()).toBe("V2");
    if (language === "ja") await look(page, "connection-previous");
    await press(page, w("keySet.rollBack"));
    await answer(page, w("keySet.rollBack"));
    await expect(waiting).toBeVisible();
    expect(await version()).toBe("V1");
    await press(page, w("keySet.discard"));
    await answer(page, w("keySet.discard"));
    await expect(waiting).toHaveCount(0);

    await world.call("DELETE", name);
    await world.connect();
  });

test("three that are wrong are seen beside very many that are right", async ({ page, world }) => {
  await page.route(/\/hours\?/, async (route) => {
    const answer = await (await route.fetch()).json();
    Object.assign(answer.hours.at(-1), { callbacks: "400000", signatureFailures: "3" });
    await route.fulfill({ json: answer });
  });
  await page.goto(`/settings/integrations/${world.connection}`);
  const chart = page.locator(".chart svg").first();
  await expect(chart).toBeVisible();
  const [whole, bad] = [await chart.boundingBox(), await chart.locator(".bar.bad").last().boundingBox()];
  expect(bad?.height).toBeGreaterThan(2);
  expect(bad?.y).toBeGreaterThanOrEqual(whole?.y ?? 0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("whoever forces colours sees which span is chosen, and which bar is which", async ({ page, world }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`/settings/integrations/${world.connection}`);
  const color = (what: string, of: string, part?: string) =>
    page
      .locator(what)
      .first()
      .evaluate((element, [of, part]) => getComputedStyle(element, part).getPropertyValue(of as string), [of, part]);
  await expect(page.locator(".chart svg").first()).toBeVisible();
  const [chosen, other] = [".segments [aria-pressed=true]", ".segments [aria-pressed=false]"];
  expect(await color(chosen, "background-color")).not.toBe(await color(other, "background-color"));
  expect(await color(chosen, "color")).not.toBe(await color(other, "color"));
  for (const tone of ["bad", "calm"])
    expect(await color(`.legend .${tone}`, "background-color", "::before"), tone).toBe(
      await color(`.chart .bar.${tone}`, "fill"),
    );
});
