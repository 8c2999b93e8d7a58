// What every screen must bear: English without Japanese left over, narrow
// phones, the dark, print, and the policy that keeps strangers out.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { furnish, shown } from "./screens";
import { company, expect, inEnglish, languages, period, press, punched, speak, test } from "./world";

let screens: string[] | undefined;
test.beforeEach(async ({ world }) => {
  screens ??= await furnish(world);
});

// Words that are Japanese in English, too: the product, the other language, and
// what people of LINE WORKS see and say.
const kept = [
  "Dakoku 打刻",
  "日本語",
  "打刻",
  "出勤",
  "休憩終了",
  "休憩",
  "復帰",
  "退勤",
  "取消",
  "画面 映子",
  "画面 開夫",
];

// foreign lists the Japanese texts and names of controls, without data.
async function foreign(page: Page, data: Set<string>): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const out: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode())
      if (!walk.currentNode.parentElement?.closest("[lang=ja], noscript")) out.push(walk.currentNode.textContent ?? "");
    for (const e of document.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const a of ["aria-label", "title", "placeholder"]) out.push(e.getAttribute(a) ?? "");
    return [document.title, ...out];
  });
  const words = [...data, ...kept].sort((a, b) => b.length - a.length);
  const rest = texts.map((text) => words.reduce((left, w) => left.replaceAll(w, ""), text));
  return rest.filter((text) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text));
}

test("in English no screen has Japanese but data", async ({ page, world }) => {
  await inEnglish(page);
  // Data are names, phrases and reasons that people entered; sentences of the door are not.
  const data = new Set<string>([company]);
  const employees = await world.everybody();
  const { accounts } = await world.call<{ accounts: { displayName: string; departments: string[] }[] }>(
    "GET",
    "accounts",
  );
  for (const e of employees) for (const w of [e.displayName, e.department]) if (w) data.add(w);
  for (const a of accounts) for (const w of [a.displayName, ...a.departments]) data.add(w);
  for (const a of accounts) data.add([...a.displayName][0] ?? ""); // in the circle
  const { phrases } = await world.call<{ phrases: Record<string, string[]> }>(
    "GET",
    `connections/${world.connection}/punchSettings`,
  );
  for (const phrase of Object.values(phrases).flat()) data.add(phrase);
  const found: string[] = [];
  for (const path of screens ?? []) {
    await shown(page, path);
    const reasons = await page
      .locator(".punches, .trail, [data-label=Reason], [data-label=Released]")
      .allTextContents();
    for (const text of await foreign(page, data)) {
      if (!reasons.some((r) => r.includes(text))) found.push(`${path}: ${text}`);
    }
  }
  expect(found).toEqual([]);
});

// Who hears the controls of a table one by one must know which row each belongs to. A person, and a thing of the
// audit, say themselves where they lead.
for (const language of languages)
  test(`a control of a row says whose or what it is, in ${language}`, async ({ page, world }) => {
    if (language === "en") await inEnglish(page);
    const employees = await world.everybody();
    const people = new Set(employees.map((e) => e.displayName));
    const found: string[] = [];
    const kinds = new Set<string>();
    for (const path of screens ?? []) {
      await shown(page, path);
      for (const c of await page.locator("tr:has(th) td").evaluateAll(controls)) {
        kinds.add(c.kind);
        if (!c.row || (!c.name.includes(c.row) && !people.has(c.name))) found.push(`${path}: ${c.name} of ${c.row}`);
      }
    }
    expect(found).toEqual([]);
    expect([...kinds].sort()).toEqual(["a", "button", "input"]);
  });

// controls are those in cells, each with its name and that of its row.
function controls(cells: (Element | SVGElement)[]) {
  return cells.flatMap((cell) =>
    [...cell.querySelectorAll(":is(a, button, input, select):not(.only)")].map((e) => ({
      kind: e.localName,
      name: e.getAttribute("aria-label") ?? e.textContent ?? "",
      row: e.closest("tr")?.querySelector("th")?.firstChild?.textContent ?? "",
    })),
  );
}

// The same in lists that are no tables: what does not look alike is not called alike.
for (const language of languages)
  test(`no two buttons of a list have one name, in ${language}`, async ({ page }) => {
    if (language === "en") await inEnglish(page);
    const found: string[] = [];
    let seen = 0;
    for (const path of screens ?? []) {
      await shown(page, path);
      const entries = await page.locator("main :is(li, #tokens .tight)").evaluateAll((all) =>
        all.flatMap((entry) =>
          [...entry.querySelectorAll("button:not(.only)")].map((b) => ({
            name: b.getAttribute("aria-label") ?? b.textContent ?? "",
            entry: entry.textContent ?? "",
          })),
        ),
      );
      seen += entries.length;
      for (const [i, e] of entries.entries())
        if (entries.findIndex((o) => o.name === e.name && o.entry !== e.entry) > i) found.push(`${path}: ${e.name}`);
    }
    expect(found).toEqual([]);
    expect(seen).toBeGreaterThan(0);
  });

const looks = [
  ["light", 1280],
  ["light", 360],
  ["dark", 360],
  ["dark", 1280],
  ["light", 1920],
] as const;

const widths = [1920, 1280, 1024, 768, 360];

for (const language of languages)
  test(`every screen fits every window: nothing is wider, no word is broken, no control is cut off, in ${language}`, async ({
    page,
    world,
  }) => {
    if (language === "en") await inEnglish(page);
    const who = await world.hire(language === "ja" ? "休憩 多子" : "休憩 長子");
    for (const [i, kind] of ["CLOCK_IN", "BREAK_START", "BREAK_END", "BREAK_START", "BREAK_END"].entries())
      await punched(world, who, kind, 9 - i);
    await punched(world, who, "CLOCK_IN", 48 * 60); // and never out
    const found: string[] = [];
    for (const path of [...(screens ?? []), `/timesheets/${who.id}/${period()}`]) {
      await shown(page, path);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 860 });
        let bad = await unfit(page, width);
        if (bad.length > 0) await page.waitForTimeout(500); // a table is drawn anew a moment after the window
        if (bad.length > 0) bad = await unfit(page, width);
        found.push(...bad.map((what) => `${path} at ${width}: ${what}`));
      }
    }
    expect(found).toEqual([]);
    await expect(page.locator("main .flags .badge")).not.toHaveCount(0);
    await expect(page.getByRole("cell", { name: /\d\d:\d\d–\d\d:\d\d +\d\d:\d\d–\d\d:\d\d/ })).toBeVisible();
  });

for (const language of languages)
  test(`the charts of a connection fit every window over any span, in ${language}`, async ({ page, world }) => {
    const w = await speak(page, language);
    await page.goto(`/settings/integrations/${world.connection}`);
    await page.getByText(w("chart.numbers")).click();
    for (const span of ["chart.span.1", "chart.span.7", "chart.span.30"] as const) {
      await press(page, w(span));
      await expect(page.locator(".ticks").first()).toBeVisible();
      for (const width of widths) {
        await page.setViewportSize({ width, height: 860 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${span} at ${width}`).toBe(width);
      }
    }
  });

// unfit names what does not fit into a window.
async function unfit(page: Page, width: number): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  return [
    ...(wide > width ? [String(wide)] : []),
    ...(await longLines(page)),
    ...(await brokenWords(page)),
    ...(await page.locator(".table-wrap :is(a, button, input, select)").evaluateAll(cutOff)),
  ];
}

// cutOff names the controls of tables that are not seen whole before the table is scrolled.
function cutOff(controls: (Element | SVGElement)[]) {
  return controls
    .filter((c) => {
      const [at, within] = [c, c.closest(".table-wrap") as Element].map((e) => e.getBoundingClientRect());
      return at && within && (at.right > within.right + 0.5 || at.left < within.left - 0.5);
    })
    .map((c) => c.getAttribute("aria-label") ?? c.textContent ?? "");
}

// What people type as it stands: a heading of a CSV, and settings of the installation.
const verbatim = /^(employee_number|DAKOKU_.*)$/;

test("no screen shows a name of a column or a value without a word", async ({ page }) => {
  const found: string[] = [];
  for (const path of screens ?? []) {
    await shown(page, path);
    const text = (await page.locator("body").allInnerTexts()).join();
    for (const name of text.match(/\b([a-z]+(_[a-z]+)+|[A-Z]+(_[A-Z]+)+)\b/g) ?? [])
      if (!verbatim.test(name)) found.push(`${path}: ${name}`);
  }
  expect(found).toEqual([]);
});

// longLines finds lines of text of more than 60 ems, which are 60 Japanese characters or some 120 Latin ones.
const longLines = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      if (!parent || parent.closest("code, pre, noscript") || !walk.currentNode.textContent?.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(walk.currentNode);
      const em = Number.parseFloat(getComputedStyle(parent).fontSize);
      const longest = Math.max(0, ...[...range.getClientRects()].map((r) => r.width / em));
      if (longest > 60) found.push(`${Math.round(longest)} em: ${walk.currentNode.textContent}`);
    }
    return found;
  });

// brokenWords finds words that begin on one line and end on another; keys, addresses and what people wrote are none.
const brokenWords = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const foreign = document.documentElement.lang !== "ja"; // where Japanese may break between any two characters
    const words = new Intl.Segmenter(document.documentElement.lang, { granularity: "word" });
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      const text = node.textContent ?? "";
      const within = node.parentElement;
      if (within?.closest("code, pre, noscript, .hidden, .mono, .prose") || /^\S+@\S+$/.test(text)) continue;
      for (const { segment, index, isWordLike } of words.segment(text)) {
        if (!isWordLike || (foreign && /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(segment)))
          continue;
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + segment.length);
        const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
        if (lines.size > 1) found.push(`${segment} of ${text}`);
      }
    }
    return found;
  });

for (const language of languages)
  test(`axe finds nothing serious on any screen in ${language}, light and dark, wide and narrow`, async ({ page }) => {
    if (language === "en") await inEnglish(page);
    const found: string[] = [];
    for (const path of screens ?? []) {
      await shown(page, path);
      for (const [colorScheme, width] of looks) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" }); // no colour is on its way to another
        await page.setViewportSize({ width, height: 860 });
        const axe = new AxeBuilder({ page }).setLegacyMode();
        if (colorScheme === "dark") axe.withRules(["color-contrast"]); // nothing else depends on colours
        const { violations } = await axe.analyze();
        for (const v of violations.filter((x) => x.impact === "serious" || x.impact === "critical"))
          found.push(`${path} ${colorScheme} ${width}: ${v.id} ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
      }
    }
    expect(found).toEqual([]);
  });

for (const language of languages)
  test(`a month and the page to print fit on paper, without menus and buttons, in ${language}`, async ({
    page,
    world,
  }) => {
    const w = await speak(page, language);
    const who = await world.hire(language === "ja" ? "清水 紙子" : "清水 文子");
    await punched(world, who, "CLOCK_IN");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await shown(page, `/timesheets/${who.id}/${period()}`);
    await expect(page.getByRole("navigation", { name: w("nav.label") })).toBeHidden();
    await expect(page.getByRole("button", { name: w("verb.submit"), exact: true })).toBeHidden();
    await expect(page.locator("table.month")).toBeVisible();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect(await sheets(page)).toBe(1);
    await page.emulateMedia({ media: null, colorScheme: null });
    const opened = page.context().waitForEvent("page"); // the browser speaks Japanese, whatever the screen speaks
    await page.getByRole("link", { name: w("month.inspection") }).click();
    const paper = await opened;
    await expect(paper.getByRole("cell", { name: who.displayName, exact: true })).toBeVisible();
    expect(await paper.evaluate(() => document.documentElement.lang)).toBe(language);
    await paper.emulateMedia({ media: "print" });
    expect(await sheets(paper)).toBeLessThanOrEqual(2);
    await paper.close();
  });

// sheets counts the pages of A4 on which a screen is printed.
async function sheets(page: Page): Promise<number> {
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  return pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

test("a screen may load from this door alone, and nothing in the page runs", async ({ page: watched }) => {
  const page = await watched.context().newPage(); // the browser complains of what it stops
  const answer = await page.goto("/today");
  expect(answer?.headers()["content-security-policy"]).toBe(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  const html = (await answer?.text()) ?? "";
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style| on\w+=| style=/);
  // What leaves the origin fails every other test; here it is tried.
  const outside = await page.evaluate(() =>
    fetch("https://example.com/").then(
      () => "sent",
      () => "stopped",
    ),
  );
  expect(outside).toBe("stopped");
});

// An answer of the door comes late, and those of a screen one after the other.
const late = (url: string) => 300 + ([...new URL(url).pathname].length % 4) * 120;

for (const width of [1280, 390])
  test(`nothing moves while a screen of ${width} px is on its way`, async ({ page, world }) => {
    await world.hire("勅使河原 長左衛門之介"); // the widest of the choices beside a sender
    await page.setViewportSize({ width, height: 860 });
    await page.addInitScript(() => {
      const moved: [number, string][] = [];
      Object.assign(window, { moved });
      const what = (n: Node | null) => (n instanceof Element ? `${n.tagName} ${n.className}` : n?.textContent);
      new PerformanceObserver((list) => {
        for (const e of list.getEntries() as (PerformanceEntry & { value: number; sources: { node: Node | null }[] })[])
          moved.push([e.value, e.sources.map((s) => what(s.node)).join(", ")]);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.route("**/v1/**", async (route) => {
      await new Promise((done) => setTimeout(done, late(route.request().url())));
      await route.continue();
    });
    const found: string[] = [];
    for (const path of screens ?? []) {
      await shown(page, path);
      await page.waitForLoadState("networkidle"); // what comes after the first answers moves things, too
      const moved = await page.evaluate(() => (window as unknown as { moved: [number, string][] }).moved);
      const sum = moved.reduce((all, [value]) => all + value, 0);
      if (sum > 0.02) found.push(`${path}: ${moved.map(([v, of]) => `${v.toFixed(3)} ${of}`).join(" | ")}`);
    }
    await page.unrouteAll({ behavior: "ignoreErrors" });
    expect(found).toEqual([]);
  });

test("whoever wants nothing to move sees nothing move", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.route("**/v1/employees?*", () => {}); // never answered
  await page.goto("/settings/employees");
  await expect(page.locator(".skeleton").first()).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
