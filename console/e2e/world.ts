// One company that is set up and connected, shared by the tests of a worker;
// each test makes the people it needs.
import { type Browser, test as base, expect, type Locator, type Page } from "@playwright/test";
import { en } from "../src/i18n/en";
import { fill } from "../src/i18n/fill";
import { ja } from "../src/i18n/ja";
import { businessDay, shift } from "../src/screens/attendance/periods";
import { type Installation, start } from "./installation";
import { watch } from "./look";

export { expect };
export const password = "とても長いパスワード-2026-abc";
export const company = "株式会社サンプル商事";
export const administrator = { name: "山田 花子", email: "yamada@example.co.jp" };

type User = { id: string; email: string };
export type Employee = { name: string; id: string; employeeNumber: string; displayName: string; department?: string };

/** What the tests know of the company. */
export type World = Installation & {
  users: User[];
  connection: string;
  /** connect makes the connection anew, for a test that took it apart. */
  connect: () => Promise<void>;
  /** call asks the admin door as the administrator. */
  call: <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<T>;
  /** keys are what the developer console shows of the bot. */
  keys: () => Promise<Record<string, string>>;
  /** oldKeys are those of the company's bot of API 1.0. */
  oldKeys: () => Promise<Record<string, string>>;
  /** say posts a message to the bot. */
  say: (user: number, text: string) => Promise<void>;
  /** everybody are the employees, those of every page of the list. */
  everybody: () => Promise<Employee[]>;
  /** hire makes an employee, who is linked to a user if one is named. */
  hire: (displayName: string, user?: number, department?: string) => Promise<Employee>;
  /** cookie is a session of the administrator that has lately proved who it is. */
  cookie: () => Promise<string>;
};

async function json<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url} ${text}`);
  return (text ? JSON.parse(text) : {}) as T;
}

const post = (body: unknown) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

/** found makes the company of an installation. */
export async function found(dakoku: Installation): Promise<World> {
  const setup = await fetch(
    `${dakoku.admin}/v1/setup`,
    post({
      setupSecret: dakoku.secret,
      organization: { name: company, timeZone: "Asia/Tokyo", locale: "ja", closingDay: 31 },
      administrator: { ...administrator, password },
    }),
  );
  await json(setup);
  const credentials = { email: administrator.email, password };
  const logIn = async () => {
    const answer = await fetch(`${dakoku.admin}/v1/session`, post(credentials));
    await json(answer.clone());
    return /dakoku=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "";
  };
  let session = "";
  let since = 0;
  const cookie = async () => {
    if (Date.now() - since > 5 * 60_000) [session, since] = [await logIn(), Date.now()];
    return session;
  };
  const call: World["call"] = async (method, path, body) =>
    json(
      await fetch(`${dakoku.admin}/v1/${path}`, {
        method,
        headers: { "Content-Type": "application/json", Cookie: `dakoku=${await cookie()}`, "Accept-Language": "ja" },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
  const sim = async <T>(path: string) => json<T>(await fetch(`${dakoku.platform}/sim/${path}`));
  const { bots, users } = await sim<{ bots: { id: string; apiVersion: string }[]; users: User[] }>("world");
  const bot = bots.find((b) => b.apiVersion === "V2")?.id ?? "";
  const old = bots.find((b) => b.apiVersion === "V1")?.id ?? "";
  const keys = () => sim<Record<string, string>>(`bots/${bot}/credentials`);
  const oldKeys = () => sim<Record<string, string>>(`bots/${old}/credentials`);
  let hired = 0;
  const world: World = {
    ...dakoku,
    users,
    connection: "",
    connect: async () => {
      const { name } = await call<{ name: string }>("POST", "connections", {
        service: "LINE_WORKS",
        displayName: "LINE WORKS",
      });
      await call("POST", `${name}/tokens`, {});
      const { botId, botSecret, clientId, clientSecret, serviceAccount, privateKey } = await keys();
      const both = { botId, botSecret, clientId, clientSecret, serviceAccount, privateKey };
      await call("PUT", `${name}/credentials`, { apiVersion: "V2", ...both });
      await call("POST", `${name}:activate`, {});
      await call("POST", `${name}:registerCallback`, {});
      world.connection = name.split("/").pop() ?? "";
    },
    call,
    keys,
    oldKeys,
    cookie,
    say: async (user, text) => {
      await json(await fetch(`${dakoku.platform}/sim/say`, post({ user: users[user]?.id, bot, text })));
    },
    everybody: async () => {
      const all: Employee[] = [];
      for (let token: string | undefined = ""; token !== undefined; ) {
        const page: { employees?: Employee[]; nextPageToken?: string } = await call(
          "GET",
          `employees?pageSize=500&pageToken=${encodeURIComponent(token)}`,
        );
        all.push(...(page.employees ?? []));
        token = page.nextPageToken || undefined;
      }
      return all;
    },
    hire: async (displayName, user, department = "営業部") => {
      const employeeNumber = String(++hired).padStart(4, "0");
      const made = await call<Employee>("POST", "employees", { employeeNumber, displayName, department });
      const lineWorksAccountId = user === undefined ? undefined : users[user]?.email;
      if (lineWorksAccountId) await call("PUT", `${made.name}/accountLink`, { lineWorksAccountId });
      return { ...made, id: made.name.split("/").pop() ?? "" };
    },
  };
  await world.connect();
  return world;
}

/** A page of somebody who is logged in as the administrator. */
export const test = base.extend<{ page: Page }, { world: World }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner wants a pattern
    async ({}, use) => {
      const dakoku = await start();
      await use(await found(dakoku));
      await dakoku.stop();
    },
    { scope: "worker", timeout: 900_000 },
  ],
  baseURL: async ({ world }, use) => use(world.admin),
  storageState: async ({ world }, use) => {
    const cookie = { name: "dakoku", value: await world.cookie(), domain: "127.0.0.1", path: "/", expires: -1 };
    await use({ cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: "Lax" as const }], origins: [] });
  },
  page: async ({ page, world }, use) => {
    const complaints = watch(page, world.admin);
    await use(page);
    expect(complaints).toEqual([]);
  },
});

/** A punch, as the door tells it. */
export type Punch = { name: string; kind: string; time: string; state: string; businessDay: string };

const enter = (world: World, employee: Employee, kind: string, time: string) =>
  world.call<Punch>("POST", `${employee.name}/punches`, { kind, time, reason: "入館記録による" });

/** punched enters a punch of a minute ago or earlier. Around 05:00 that is of another day than now. */
export const punched = (world: World, employee: Employee, kind: string, minutes = 1) =>
  enter(world, employee, kind, new Date(Date.now() - minutes * 60_000).toISOString());

/** entered enters a punch at a time of day of Japan. */
export const entered = (world: World, employee: Employee, kind: string, day: string, time: string) =>
  enter(world, employee, kind, `${day}T${time}:00+09:00`);

/** A working day that is over whatever the clock shows, in the middle of the month before this one. */
export const past = () => `${shift(period(), -1)}-15`;

/** The month of a punch, as the screens' addresses and the door name it. */
export const monthOf = (punch: Pick<Punch, "businessDay">) => punch.businessDay.slice(0, 7);

/** A language of the console. */
export type Language = "ja" | "en";
export const languages: Language[] = ["ja", "en"];

/** words speaks a language of the console: the sentence of a key, filled in. */
export const words =
  (language: Language) =>
  (key: keyof typeof ja, values: Record<string, string | number> = {}) =>
    fill((language === "ja" ? ja : en)[key], values, language);

/** like matches a sentence in which each * stands for anything. */
export const like = (sentence: string) =>
  new RegExp(`^${sentence.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);

/** speak makes a page speak a language from its first screen on, and answers what it says. */
export async function speak(page: Page, language: Language) {
  if (language === "en") await inEnglish(page);
  return words(language);
}

/** A text box by its label alone, whatever is said of it besides. */
export const box = (page: Page | Locator, label: string) =>
  page.getByRole("textbox", { name: new RegExp(`^${label} ?(必須|任意|required|optional)?$`) });

/** inEnglish makes a page English from its first screen on. */
export const inEnglish = (page: Page) => page.addInitScript(() => localStorage.setItem("dakoku.language", "en"));

/** oneByOne makes the door answer a list in pages of one row, so that whoever stops after the first is seen. */
export const oneByOne = (page: Page, list: string) =>
  page.route(new RegExp(`/v1/${list}\\?`), (route) =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/pageSize=\d+/, "pageSize=1"),
    }),
  );

/** The first button of a name, which a test presses. */
export const press = (page: Page, name: string | RegExp) =>
  page
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();

/** A button of the dialog that is open. */
export const answer = (page: Page, name: string) =>
  page.getByRole("dialog").getByRole("button", { name, exact: true }).click();

/**
 * Back, which the screen may take back: its address never changes then, and Playwright's goBack would wait for that. One
 * that meets another that is being taken back gets lost in the browser, and nothing tells.
 */
export const back = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((done) => {
        addEventListener("popstate", () => setTimeout(done), { once: true });
        setTimeout(done, 1_000);
        history.back();
      }),
  );

/** The period of the working day that it is, which begins at 05:00, with a closing day at the month's end. */
export const period = () => businessDay(new Date(), "Asia/Tokyo", "05:00").slice(0, 7);

/** Today in Japan, YYYY-MM-DD. */
export const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tokyo" }).format(new Date());

/** Another browser, in which nobody is logged in. */
export async function elsewhere(page: Page, world: World, language: Language = "ja"): Promise<Page> {
  const browser = page.context().browser() as Browser;
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [] },
    baseURL: world.admin,
    locale: language === "ja" ? "ja-JP" : "en-GB",
    timezoneId: "Asia/Tokyo",
  });
  return context.newPage();
}

/** A second browser, in which the invited person has chosen a password and logged in. */
export async function guest(
  page: Page,
  world: World,
  link: string,
  email: string,
  language: Language = "ja",
): Promise<Page> {
  const his = await elsewhere(page, world, language);
  const secret = decodeURIComponent(/#invitation=(.+)$/.exec(link)?.[1] ?? "");
  const accepted = await fetch(`${world.admin}/v1/invitations:accept`, {
    method: "POST", // as nobody: it would end the session of the administrator
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ secret, password }),
  });
  expect(accepted.status).toBe(200);
  await logIn(his, email, language);
  return his;
}

/** logIn logs an account in that has no second factor. */
export async function logIn(page: Page, email: string, language: Language = "ja") {
  await knock(page, email, language);
  await expect(page.getByRole("navigation", { name: words(language)("nav.label") })).toBeVisible();
}

/** knock fills the log-in in. */
export async function knock(page: Page, email: string, language: Language = "ja") {
  const w = words(language);
  await page.goto("/login?other=true"); // whoever is logged in
  await page.getByLabel(w("account.email")).fill(email);
  await page.getByLabel(w("account.password")).fill(password);
  await press(page, w("login.button"));
}
