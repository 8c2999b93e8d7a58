// What people type and what LINE WORKS says is text on every screen, whatever is in
// it: nothing of it runs, nothing of it becomes an element, and it is shown as it is.
import type { Page } from "@playwright/test";
import { test as base, type Employee, expect, period, type World } from "./world";

// An installation of its own: what is stored here is nothing for pictures.
const test = base.extend<object, { alone: boolean }>({
  alone: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner wants a pattern
    async ({}, use) => use(true),
    { scope: "worker", auto: true },
  ],
});

const corpus = [
  `<script>window.ran=1;alert(1)</script>`,
  `<img src=x onerror="window.ran=1;alert(1)">`,
  `"><svg onload=window.ran=1>`,
  `'><svg><animate onbegin=window.ran=1 attributeName=x dur=1s>`,
  `" autofocus onfocus=window.ran=1 x="`,
  `' onmouseover='window.ran=1' style='position:fixed;inset:0`,
  `javascript:window.ran=1//`,
  `<a href="javascript:window.ran=1">押す</a>`,
  `</title></style></textarea></option><script>window.ran=1</script>`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<math><mtext><style><img title="</style><img src=x onerror=window.ran=1>">`,
  `<template><script>window.ran=1</script></template><base href=//evil.example>`,
  `<meta http-equiv=refresh content="0;url=javascript:window.ran=1">`,
  `<form action=//evil.example><button>送信</button></form><link rel=stylesheet href=//evil.example>`,
  `{{constructor.constructor('window.ran=1')()}}`,
  `\${window.ran=1}<%= window.ran=1 %>#{window.ran=1}`,
  `&lt;script&gt;window.ran=1&lt;/script&gt;&#60;b&#62;`,
  `=HYPERLINK("javascript:window.ran=1","給与")`,
  `@SUM(1+1)*cmd|' /C calc'!A0`,
  `\\u003cscript\\u003ewindow.ran=1\\u003c/script\\u003e`,
];
/** Refused in names, and a matter of reading elsewhere: what follows seems to stand before. */
const turned = `\u202e)1=nar.wodniw(\u202c 打刻`;
/** For what there is one of: out of an attribute, out of an element, and in both. */
const all = `"'><img src=x onerror=window.ran=1><svg/onload=window.ran=1>{{7*7}}`;

/** Whoever punches with these; a phrase has at most 50 characters. */
const phrases = corpus.map((text) => text.slice(0, 50));

type Made = { name: string };

/** Everything that a company can write, written. */
async function wrote(world: World) {
  const people: Employee[] = [];
  for (const [i, text] of corpus.entries()) {
    const who = await world.hire(text, undefined, text);
    people.push(who);
    const reason = { kind: "CLOCK_IN", time: new Date(Date.now() - (i + 2) * 60_000).toISOString(), reason: text };
    const punch = await world.call<Made>("POST", `${who.name}/punches`, reason);
    await world.call("POST", "correctionRequests", { ...reason, kind: "CLOCK_OUT", employee: who.name });
    await world.call("POST", `${punch.name}:void`, { reason: text });
    await world.call("POST", "accounts", {
      email: `hostile${i}@example.co.jp`,
      name: text,
      role: "MANAGER",
      departments: [text],
    });
    await world.call("POST", "apiKeys", { displayName: text, role: "AUDITOR" });
    await world.call("POST", "legalHolds", { employee: who.name, reason: text });
    await world.call("POST", "connections", { service: "LINE_WORKS", displayName: text });
  }
  await decided(world, people[0] as Employee);
  await world.call("POST", "legalHolds", { employee: people[1]?.name, reason: turned });
  const settings = `connections/${world.connection}/punchSettings`;
  await world.call("PUT", settings, { phrases: { CLOCK_IN: phrases.slice(0, 10), CLOCK_OUT: phrases.slice(10) } });
  await world.call("PATCH", `connections/${world.connection}`, { displayName: all });
  await world.call("PATCH", "organization", { name: all });
  const me = await world.call<{ account: Made }>("GET", "session");
  await world.call("PATCH", me.account.name, { displayName: all });
  return people;
}

/** A month and two requests of somebody with every comment there is. */
async function decided(world: World, who: Employee) {
  const sheet = `${who.name}/timesheets/${period()}`;
  const { correctionRequests } = await world.call<{ correctionRequests: Made[] }>(
    "GET",
    `correctionRequests?employee=${who.name}`,
  );
  await world.call("POST", `${correctionRequests[0]?.name}:reject`, { comment: turned });
  for (const verb of ["submit", "withdraw", "submit", "sendBack", "submit", "approve", "cancelApproval"])
    await world.call("POST", `${sheet}:${verb}`, { comment: `${verb} ${all}` });
}

/** strangers are people of LINE WORKS whose ids are hostile and whom nobody knows. */
async function strangers(world: World) {
  for (const [i, email] of [
    `<img/src=x/onerror=window.ran=1>@demo.example`,
    `"><svg/onload=ran=1>@demo.example`,
  ].entries()) {
    await fetch(`${world.platform}/sim/users/${world.users[i]?.id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email }),
    });
    for (const text of corpus) await world.say(i, text);
  }
}

/** untouched fails when anything of the texts has run, or has become more than text. */
async function untouched(page: Page, at: string) {
  const found = await page.evaluate(() => {
    const odd: string[] = [];
    const seen = window as unknown as { ran?: unknown; violations?: string[] };
    if (seen.ran !== undefined) odd.push("a script ran");
    odd.push(...(seen.violations ?? []));
    const own = (url: string) => url.startsWith(`${location.origin}/`) || url.startsWith("data:");
    for (const e of document.querySelectorAll("*")) {
      const name = e.localName;
      if (["iframe", "object", "embed", "base", "template", "math", "animate"].includes(name)) odd.push(`<${name}>`);
      if (name === "meta" && e.hasAttribute("http-equiv")) odd.push("<meta http-equiv>");
      if (name === "script" && !own((e as HTMLScriptElement).src)) odd.push("a script that is not ours");
      for (const a of e.attributes) {
        if (a.name.startsWith("on")) odd.push(`<${name} ${a.name}>`);
        if (["href", "src", "action", "formaction"].includes(a.name) && /^\s*javascript:|evil/i.test(a.value))
          odd.push(`<${name} ${a.name}=${a.value}>`);
        if (a.name === "src" && a.value === "x") odd.push(`<${name} src=x>`);
      }
    }
    return odd;
  });
  expect(found, at).toEqual([]);
}

/** shows waits until a screen has all the texts, letter by letter. */
async function shows(page: Page, at: string, texts: string[]) {
  await expect
    .poll(
      async () => {
        const said = await page.evaluate(() => {
          const fields = [...document.querySelectorAll("input, textarea")] as HTMLInputElement[];
          return [document.body.textContent ?? "", ...fields.map((f) => f.value)].join("\n");
        });
        return texts.filter((text) => !said.includes(text));
      },
      { message: at, timeout: 60_000 },
    )
    .toEqual([]);
}

test("hostile texts are text on every screen", async ({ page, world }) => {
  test.setTimeout(900_000);
  page.on("dialog", (d) => {
    void d.dismiss();
    throw new Error(`a dialog: ${d.message()}`);
  });
  await page.addInitScript(() => {
    const seen = window as unknown as { violations: string[] };
    seen.violations = [];
    document.addEventListener("securitypolicyviolation", (e) =>
      seen.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`),
    );
  });
  const people = await wrote(world);
  await strangers(world);
  const one = people[0] as Employee;
  const connection = `/settings/integrations/${world.connection}`;
  const comments = ["submit", "withdraw", "sendBack", "approve", "cancelApproval"].map((verb) => `${verb} ${all}`);
  const screens: [string, string[]][] = [
    ["/today", corpus],
    ["/timesheets", corpus],
    [`/timesheets/${one.id}/${period()}`, [one.displayName, ...comments, turned]],
    [`/employees/${one.id}/timesheets/${period()}/inspection`, [one.displayName, ...comments, turned, all]],
    ["/held", [all]],
    ["/corrections", corpus.slice(1)],
    ["/events", [all]],
    ["/settings", [all]],
    ["/settings/company", [all]],
    ["/settings/rules", [all]],
    ["/settings/accounts", corpus],
    ["/settings/keys", corpus],
    ["/settings/audit", [all]],
    ["/settings/retention", [...corpus, turned]],
    ["/settings/integrations", [all, ...corpus]],
    [connection, [all]],
    [`${connection}/setup`, [all, ...phrases]],
    ["/settings/employees", corpus],
    ["/settings/employees/new", [all]],
    ["/settings/employees/import", [all]],
    [
      "/settings/employees/senders",
      ["<img/src=x/onerror=window.ran=1>@demo.example", '"><svg/onload=ran=1>@demo.example'],
    ],
    [`/settings/employees/${one.id}`, [one.displayName]],
    ["/profile", [all]],
  ];
  for (const [path, texts] of screens) {
    await page.goto(path);
    await shows(page, path, texts);
    await untouched(page, path);
  }
  for (const who of people) {
    await page.goto(`/timesheets/${who.id}/${period()}`);
    await page
      .getByRole("button", { name: /の打刻を表示/ })
      .first()
      .click();
    await shows(page, who.displayName, [`「${who.displayName}」`]);
    await untouched(page, `the month of ${who.displayName}`);
    const inspection = `/employees/${who.id}/timesheets/${period()}/inspection`;
    await page.goto(inspection);
    await shows(page, inspection, [who.displayName, all]);
    await untouched(page, `the inspection of ${who.displayName}`);
  }
});
