// The set-up guide of a customer, as a program in another language: the client
// and all of its types are generated from the OpenAPI document of the admin door.
import createClient from "openapi-fetch";
import type { components, paths } from "../../../../proto/gen/openapi/dakoku.js";

type Credentials = components["schemas"]["v1Credentials"];
type Status = components["schemas"]["rpcStatus"];

interface Input {
  base: string;
  setupSecret: string;
  keys: Credentials; // as the Developer Console shows them
  login: string; // LINE WORKS account id of the employee
}

const administrator = { email: "hr@client.example", name: "人事 担当", password: "correct horse battery staple" };

// opened is a client that keeps the session cookie, as a browser does.
function opened(base: string) {
  const client = createClient<paths>({ baseUrl: base });
  let cookie = "";
  client.use({
    onRequest({ request }) {
      if (cookie !== "") request.headers.set("Cookie", cookie);
      return request;
    },
    onResponse({ response }) {
      for (const line of response.headers.getSetCookie()) cookie = line.split(";")[0] ?? "";
    },
  });
  return client;
}

// done is the answer of a call that must succeed.
async function done<T>(step: string, call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (data === undefined) throw new Error(`${step}: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

// refused is the reason for which a call must fail.
async function refused(step: string, call: Promise<{ error?: Status; response: Response }>): Promise<string> {
  const { error, response } = await call;
  const info = (error?.details ?? []).find((d) => d["@type"]?.endsWith("ErrorInfo")) as { reason?: string } | undefined;
  if (error === undefined || info?.reason === undefined) throw new Error(`${step}: ${response.status} is no refusal with a reason`);
  return info.reason;
}

function equal(what: string, got: unknown, want: unknown) {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

function id(name: string | undefined): string {
  const last = name?.split("/").at(-1);
  if (!last) throw new Error(`no resource name: ${name}`);
  return last;
}

type Client = ReturnType<typeof opened>;

// logIn is step 1.1: an administrator logs in.
async function logIn(client: Client, input: Input) {
  equal("before set-up", await refused("session", client.GET("/v1/session")), "UNAUTHENTICATED");
  const organization = { name: "株式会社クライアント", timeZone: "Asia/Tokyo", locale: "ja", closingDay: 31 };
  await done("set-up", client.POST("/v1/setup", { body: { setupSecret: input.setupSecret, organization, administrator } }));
  await done("log out", client.DELETE("/v1/session"));
  const { email, password } = administrator;
  await done("log in", client.POST("/v1/session", { body: { email, password } }));
  const me = await done("who am I", client.GET("/v1/session"));
  equal("role", me.account?.role, "ADMINISTRATOR");
}

// connect is steps 1.2 to 1.8: the service, the API token and its URL, the
// keywords, the keys, 「確認」 and 「送信」.
async function connect(client: Client, keys: Credentials) {
  const offered = await done("services", client.GET("/v1/integrations"));
  equal("services", offered.integrations?.map((row) => row.service), ["LINE_WORKS"]);
  const made = await done("add", client.POST("/v1/connections", { body: { service: "LINE_WORKS", displayName: "LINE WORKS" } }));
  const path = { connection: id(made.name) };
  const token = await done("token", client.POST("/v1/connections/{connection}/tokens", { params: { path }, body: {} }));
  const shown = await done("tokens", client.GET("/v1/connections/{connection}/tokens", { params: { path } }));
  equal("the URL can be looked up again", shown.tokens?.map((t) => t.callbackUrl), [token.callbackUrl]);

  const settings = { phrases: { CLOCK_IN: ["出勤", "おはよう"], CLOCK_OUT: ["退勤"] }, triggerWords: ["⏰"] };
  await done("keywords", client.PUT("/v1/connections/{connection}/punchSettings", { params: { path }, body: settings }));
  const tried = await done("try", client.POST("/v1/connections/{connection}/punchSettings:test", { params: { path }, body: { text: "⏰おはようございます" } }));
  equal("kind", tried.kind, "CLOCK_IN");

  const put = (body: Credentials, validateOnly: boolean) =>
    client.PUT("/v1/connections/{connection}/credentials", { params: { path, query: { validateOnly } }, body });
  equal("half of the keys", await refused("keys", put({ apiVersion: keys.apiVersion }, true)), "INVALID_ARGUMENT");
  await done("確認", put(keys, true));
  const none = client.GET("/v1/connections/{connection}/credentials", { params: { path } });
  equal("確認 stores nothing", await refused("keys", none), "CREDENTIALS_NOT_FOUND");
  await done("送信", put(keys, false));
  const active = await done("activate", client.POST("/v1/connections/{connection}:activate", { params: { path }, body: {} }));
  equal("state", active.state, "ACTIVE");
  return { connection: path.connection, callbackUrl: token.callbackUrl };
}

// link is part 2: an employee and the account of LINE WORKS.
async function link(client: Client, login: string) {
  const body = { employeeNumber: "0001", displayName: "佐藤 花子", email: login, department: "営業部" };
  const made = await done("employee", client.POST("/v1/employees", { body }));
  const path = { employee: id(made.name) };
  await done("link", client.PUT("/v1/employees/{employee}/accountLink", { params: { path }, body: { lineWorksAccountId: login } }));
  const list = await done("links", client.GET("/v1/accountLinks", { params: { query: { pageSize: 1 } } }));
  equal("links", list.accountLinks?.map((l) => l.lineWorksAccountId), [login]);
  return made.name;
}

// punched is what the administrator sees of the punches so far.
async function punched(client: Client) {
  const { email, password } = administrator;
  await done("log in", client.POST("/v1/session", { body: { email, password } }));
  const list = await done("punches", client.GET("/v1/punches", { params: { query: { kind: "CLOCK_IN" } } }));
  return list.punches?.map((p) => ({ employee: p.employee, kind: p.kind, phrase: p.phrase }));
}

async function main(input: Input, step: string) {
  const client = opened(input.base);
  if (step === "punches") return punched(client);
  await logIn(client, input);
  const connection = await connect(client, input.keys);
  return { ...connection, employee: await link(client, input.login) };
}

main(JSON.parse(process.argv[2] ?? "{}") as Input, process.argv[3] ?? "").then(
  (found) => console.log(JSON.stringify(found)),
  (trouble: unknown) => {
    console.error(trouble);
    process.exitCode = 1;
  },
);
