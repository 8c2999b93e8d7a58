import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { setLanguage } from "../../i18n";
import { fieldName, shown, speaks, tailOf, thingName } from "./values";

const zone = "Asia/Tokyo";
const id = "01a21cd1-46f7-7c5b-ac68-6075917df09c";

test("values read as people write them", () => {
  expect(shown("cutoff_minutes", "300", zone)).toBe("5:00");
  expect(shown("triggers", '["勤怠"]', zone)).toBe("「勤怠」");
  expect(shown("triggers", "[]", zone)).toBe("—");
  expect(shown("phrases", '{"CLOCK_IN":["出勤","おはよう"],"GO_OUT":[]}', zone)).toBe("出勤: 「出勤」「おはよう」");
  expect(shown("phrases", '{"CLOCK_IN":["出…', zone)).toBe('{"CLOCK_IN":["出…');
  expect(shown("state", "SUBMITTED", zone)).toBe("申請済み");
  expect(shown("role", "AUDITOR", zone)).toBe("監査");
  expect(shown("revoked_at", "2026-11-27T00:00:00.5+00:00", zone)).toBe("2026年11月27日 09:00");
  expect(shown("name", "<b>", zone)).toBe("<b>");
  expect(shown("corrects", id, zone) + shown("effective_at", "0001-01-01T00:00:00+00:00", zone)).toBe("…7df09c");
  expect(speaks("revision") || !speaks("state")).toBe(false);
});

test("a state is called as on the screen of the thing", () => {
  const state = (value: string, resource: string) => shown("state", value, zone, resource);
  expect(state("ACTIVE", `employees/${id}`)).toBe("在籍");
  expect(state("INACTIVE", `employees/${id}`)).toBe("退職・休職");
  expect(state("INVITED", `accounts/${id}`)).toBe("招待中");
  expect(state("SUBMITTED", `employees/${id}/timesheets/2026-11`)).toBe("申請済み");
  expect(state("ACTIVE", `connections/${id}`)).toBe("有効");
});

test("keys are told in words of their own", () => {
  const keys = `connections/${id}/credentials`;
  expect(fieldName("role", keys) + shown("role", "CURRENT", zone, keys)).toBe("キーの区分現在のキー");
  expect(fieldName("role", `accounts/${id}`) + shown("role", "AUDITOR", zone, `accounts/${id}`)).toBe("権限監査");
  expect(shown("api_version", "V2", zone, keys)).toBe("API 2.0");
  expect(shown("closing_day", "31", zone) + shown("closingDay", "25", zone)).toBe("毎月 末日毎月25日");
  expect(shown("locale", "ja", zone)).toBe("日本語");
});

type Schema = { enum?: string[]; $ref?: string; items?: Schema; properties?: Record<string, Schema> };
const contract = JSON.parse(
  readFileSync(new URL("../../../../proto/gen/openapi/dakoku.swagger.json", import.meta.url), "utf8"),
) as { definitions: Record<string, Schema> };

function valuesOf(schema: Schema): string[] {
  if (schema.$ref) return valuesOf(contract.definitions[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  return schema.enum ?? (schema.items ? valuesOf(schema.items) : []);
}

// Where the audit keeps a property of the contract: the thing, and what the field is called there.
const audited: Record<string, [string, string]> = {
  "v1Account.role": ["accounts/1", "role"],
  "v1Account.state": ["accounts/1", "state"],
  "v1AccountLinkChange.verb": ["employees/1/accountLink", "verb"],
  "v1AccountLinkSync.state": ["accountLinkSyncs/1", "state"],
  "v1ApiKey.role": ["apiKeys/1", "role"],
  "v1Connection.state": ["connections/1", "state"],
  "v1Credentials.apiVersion": ["connections/1/credentials", "api_version"],
  "v1Employee.state": ["employees/1", "state"],
  "v1Punch.source": ["punches/1", "source"],
  "v1PunchSettings.triggerPosition": ["connections/1/punchSettings", "trigger_position"],
  "v1PunchSettingsReply.mode": ["connections/1/punchSettings", "reply_mode"],
  "v1PunchSettingsReply.place": ["connections/1/punchSettings", "reply_place"],
  "v1Timesheet.state": ["employees/1/timesheets/2026-11", "state"],
  "v1WorkRules.duplicatePolicy": ["workRules", "duplicate_policy"],
  "v1WorkRules.submittedPolicy": ["workRules", "submitted_policy"],
};

// What the audit has no value of: requests and answers, what is made when it is asked for, and what is withheld.
const apart = new RegExp(
  `^(${[
    "AttendanceAdminServiceCorrectPunchBody|CreateAccountRequestNewAccount|v1ManualPunch",
    "ImportEmployeesResponseRowResult|TestPunchSettingsResponseFound|v1TestPunchSettingsResponse|v1LinkResult",
    "v1AuditEvent|v1CheckItem|v1Event|v1IntegrationOffer|v1PurgeRecord|v1ReplyStatus",
    "TimesheetBreak|TimesheetRoundedTotals|TimesheetWarning|v1CorrectionRequest|CorrectionRequestReplaced|v1HeldPunch|v1LegalHold",
    "v1Connection.service|v1Punch.kind|v1Punch.state",
  ].join("|")})(\\.|$)`,
);

test("every value of the contract that the audit keeps has words", () => {
  const properties = Object.entries(contract.definitions).flatMap(([name, schema]) =>
    Object.entries(schema.properties ?? {}).map(([p, s]) => [`${name}.${p}`, valuesOf(s)] as const),
  );
  const named = properties.filter(([, values]) => values.length > 0);
  expect(named.filter(([p]) => !audited[p] && !apart.test(p))).toEqual([]);
  expect(named.filter(([p]) => audited[p]).length).toBe(Object.keys(audited).length);
  for (const [property, values] of named) {
    const [resource, field] = audited[property] ?? [];
    if (!resource || !field) continue;
    expect(fieldName(field, resource)).not.toBe(field);
    for (const value of values.filter((v) => !v.endsWith("_UNSPECIFIED")))
      expect(shown(field, value, zone, resource), `${field} ${value}`).not.toBe(value);
  }
});

// Codes that only the audit has: resource and field, then the values.
const codes = `
connections/1/credentials role CURRENT STAGED PREVIOUS FORMER
connections/1/credentials verb PUT ACTIVATE DISCARD RETIRE ROLL_BACK EXPIRE DELETE
connections/1 state_reason INVALID_CLIENT INVALID_SERVICE_ACCOUNT INVALID_PRIVATE_KEY CLOCK_DIFFERS SCOPE_MISSING KEYS_REFUSED ACCESS_TOKEN_REFUSED
correctionRequests/1 verb approve reject withdraw
heldPunches/1 verb apply discard
employees/1/accountLink source EDIT IMPORT SYNC UNLINKED_SENDER PLATFORM
unlinkedSenders/1 api_version V1 V2
unlinkedSenders/1 sender -
unlinkedSenders/1 first_at -
unlinkedSenders/1 last_at -
unlinkedSenders/1 tries -
sessions/1 reason CREDENTIALS_WRONG TOTP_CODE_WRONG OPENID_SUBJECT_OTHER OPENID_REFUSED UNAUTHENTICATED
accounts/1 by RECOVERY_CODE
accounts/1 password SET
accounts/1 issuer -
accounts/1 removeTotp true false
organization locale ja en`;

test("what only the audit calls so has words, too", () => {
  for (const line of codes.trim().split("\n")) {
    const [resource, field = "", ...values] = line.split(" ");
    expect(fieldName(field, resource), line).not.toBe(field);
    for (const value of values.filter((v) => v !== "-"))
      expect(shown(field, value, zone, resource), line).not.toBe(value);
  }
});

const called: Record<string, string> = {
  [`employees/${id}`]: "佐藤 花子",
  [`accounts/${id}`]: "鈴木 太郎",
  [`apiKeys/${id}`]: "給与システム連携",
  [`connections/${id}`]: "本社",
};
const names = (name: string | undefined) => called[name ?? ""] ?? "";
const nobody = () => "";

// What the auditor reads of a thing, in Japanese and in English.
const things: [resource: string, employee: string, ja: string, en: string][] = [
  [`employees/${id}`, "", "佐藤 花子", "佐藤 花子"],
  [`employees/${id}/timesheets/2026-11`, "", "佐藤 花子 勤怠 2026年11月", "佐藤 花子 timesheet November 2026"],
  [`punches/${id}`, `employees/${id}`, "打刻 佐藤 花子", "Punch 佐藤 花子"],
  [`heldPunches/${id}`, `employees/${id}`, "保留中の打刻 佐藤 花子", "Held punch 佐藤 花子"],
  [`correctionRequests/${id}`, `employees/${id}`, "修正申請 佐藤 花子", "Correction request 佐藤 花子"],
  [`legalHolds/${id}`, `employees/${id}`, "保全 佐藤 花子", "Legal hold 佐藤 花子"],
  [`legalHolds/${id}`, "", "保全", "Legal hold"],
  [`accounts/${id}`, "", "アカウント 鈴木 太郎", "Account 鈴木 太郎"],
  [`apiKeys/${id}`, "", "APIキー 給与システム連携", "API key 給与システム連携"],
  [`connections/${id}/punchSettings`, "", "LINE WORKS 連携 本社 打刻設定", "LINE WORKS connection 本社 punch settings"],
  ["workRules", "", "勤務ルール", "Work rules"],
];

function inEnglish(say: () => void) {
  vi.stubGlobal("localStorage", { setItem: () => {} });
  vi.stubGlobal("document", { documentElement: {} });
  setLanguage("en");
  try {
    say();
  } finally {
    setLanguage("ja");
    vi.unstubAllGlobals();
  }
}

test("things are named by kind and by whose they are", () => {
  for (const [resource, employee, ja] of things) expect(thingName(resource, names, employee)).toBe(ja);
  inEnglish(() => {
    for (const [resource, employee, , en] of things) expect(thingName(resource, names, employee)).toBe(en);
  });
  expect(thingName(`punches/${id}`, nobody, `employees/${id}`)).toBe("打刻");
  expect(thingName(`accounts/${id}`, nobody)).toBe("アカウント");
  expect(thingName(`employees/${id}/timesheets/2026-11`, nobody)).toBe("従業員 勤怠 2026年11月");
  expect(tailOf(`punches/${id}`)).toBe("…7df09c");
  expect(tailOf(`connections/${id}/punchSettings`)).toBe("");
});

test("values name people, keys and days as people do", () => {
  const say = (field: string, value: string, by = names) => shown(field, value, zone, "", by);
  expect(say("account", id) + say("employee_id", id) + say("employee", `employees/${id}`)).toBe(
    "鈴木 太郎佐藤 花子佐藤 花子",
  );
  expect(say("account", id, nobody) + say("employee", `employees/${id}`, nobody)).toBe("…7df09c…7df09c");
  expect(say("corrects", id)).toBe("…7df09c");
  expect(say("endedApiKeys", JSON.stringify([`apiKeys/${id}`]))).toBe("「給与システム連携」");
  expect(say("endedApiKeys", JSON.stringify([`apiKeys/${id}`]), nobody)).toBe("「…7df09c」");
  expect(say("name", `accounts/${id}`)).toBe(`accounts/${id}`); // somebody may be called so
  expect(say("business_day", "2026-11-03")).toBe("2026年11月3日(火)");
  expect(say("closing_from", "2026-11-03")).toBe("2026年11月3日(火)");
  inEnglish(() => expect(say("business_day", "2026-11-03")).toBe("Tue, 3 November 2026"));
});
