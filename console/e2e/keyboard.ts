// What somebody without a mouse does.
import type { Page } from "@playwright/test";

// What the element that has the focus is called; a label without what is said of it besides.
const atFocus = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLInputElement | null;
    const label = at?.labels?.[0]?.cloneNode(true) as HTMLElement | undefined;
    for (const more of label?.querySelectorAll(".required, .optional") ?? []) more.remove();
    return (at?.getAttribute("aria-label") ?? label?.textContent ?? at?.textContent ?? "").trim();
  });

/** reach presses Tab until the element of that name has the focus. */
export async function reach(page: Page, name: string | RegExp, most = 120) {
  for (let i = 0; i < most; i++) {
    const found = await atFocus(page);
    if (typeof name === "string" ? found === name : name.test(found)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}`);
}

/** type reaches a field and types into it. */
export async function type(page: Page, label: string | RegExp, text: string) {
  await reach(page, label);
  await page.keyboard.insertText(text);
}
