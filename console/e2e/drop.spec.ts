// Files are dropped with the hand of the browser, which opens in place of the screen what nobody takes.
import { writeFileSync } from "node:fs";
import type { Locator, Page, TestInfo } from "@playwright/test";
import { expect, languages, press, speak, test } from "./world";

/** drop lets a file fall onto the middle of an element. */
async function drop(page: Page, at: Locator, file: string) {
  await at.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, width = 0, height = 0 } = (await at.boundingBox()) ?? {};
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await browser.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
  await browser.detach();
}

function written(info: TestInfo, name: string, content: string | Buffer): string {
  const path = info.outputPath(name);
  writeFileSync(path, content);
  return path;
}

const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);

for (const language of languages) {
  test(`a file beside the zone of a key leaves the guide alone, in ${language}`, async ({ page, world }, info) => {
    const w = await speak(page, language);
    const { privateKey = "" } = await world.keys();
    const key = written(info, "private_1.key", privateKey);
    const title = page.getByRole("heading", { level: 1, name: w("guide.title") });
    const field = page.getByRole("textbox", { name: /^Private Key/ });
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await drop(page, title, key);
    await expect(page.getByText(w("drop.nowhere"))).toBeVisible();
    await press(page, w("guide.keys.replace"));
    await field.fill("half a key");
    await drop(page, title, key);
    await expect(page.getByText(w("drop.beside", { label: "Private Key" }))).toHaveCount(1);
    await drop(page, title, key);
    await expect(page.getByText(w("drop.beside", { label: "Private Key" }))).toHaveCount(1); // it is not piled up
    await expect(title).toBeVisible();
    await expect(field).toHaveValue("half a key");
    await drop(page, field, key);
    await expect(page.getByText(w("guide.keys.read", { file: "private_1.key" }))).toBeVisible();
    expect((await field.inputValue()).trim()).toBe(privateKey.trim());
  });

  test(`what is no key is refused beside its field, in ${language}`, async ({ page, world }, info) => {
    const w = await speak(page, language);
    const { privateKey = "" } = await world.keys();
    const field = page.getByRole("textbox", { name: /^Private Key/ });
    const zone = page.getByText(w("guide.keys.drop"));
    await page.goto(`/settings/integrations/${world.connection}/setup`);
    await press(page, w("guide.keys.replace"));
    for (const [name, content, why] of [
      ["photo.png", picture, "guide.keys.fileNoKey"],
      ["movie.mp4", Buffer.alloc(8 << 20), "guide.keys.fileTooLong"],
    ] as const) {
      await drop(page, zone, written(info, name, content));
      const said = w(why, { file: name, field: "Private Key" });
      await expect(page.getByText(said)).toBeVisible();
      await expect(field).toHaveAttribute("aria-invalid", "true");
      await expect(field).toHaveAccessibleDescription(new RegExp(name));
      await expect(field).toBeFocused();
      await expect(field).toHaveValue("");
    }
    await drop(page, zone, written(info, "private_1.key", privateKey));
    await expect(page.getByText(w("guide.keys.read", { file: "private_1.key" }))).toBeVisible();
    await expect(field).not.toHaveAttribute("aria-invalid");
    await field.fill("typed over");
    await expect(page.getByText(w("guide.keys.read", { file: "private_1.key" }))).toHaveCount(0);
  });

  test(`a file beside the zone of the import leaves it alone, in ${language}`, async ({ page }, info) => {
    const w = await speak(page, language);
    const csv = written(info, "people.csv", `employee_number,display_name\nD-${language},落 下子\n`);
    const title = page.getByRole("heading", { level: 1, name: w("import.title") });
    const zone = page.getByText(w("import.drop"), { exact: true });
    await page.goto("/settings/employees/import");
    await drop(page, title, csv);
    await expect(page.getByText(w("drop.beside", { label: w("import.drop") }))).toBeVisible();
    await drop(page, zone, written(info, "movie.mp4", Buffer.alloc(8 << 20)));
    await expect(page.getByRole("alert")).toHaveText(w("import.tooLong", { file: "movie.mp4" }));
    await drop(page, zone, csv);
    await expect(page.getByText(w("import.preview", { file: "people.csv" }))).toBeVisible();
    await drop(page, title, csv);
    await expect(page.getByText(w("import.dropAnother", { label: w("import.another") }))).toBeVisible();
    await expect(title).toBeVisible();
  });
}
