// How the audit's resource names, fields and values read for people.
import { t, word } from "../../i18n";
import { day, moment, month } from "../../i18n/time";

/** What somebody or something is called, by resource name; empty where nobody tells. */
export type Names = (name: string | undefined) => string;

const nameless: Names = () => "";

/** Fields that say nothing to people: they count changes or repeat the resource. */
const silent = new Set(
  [
    "revision version updated_at created_at connection_id tenant_id set_id seq punch_id held_id hold_id request_id period first_day last_day",
    "id actor at occurred_at stored_at user_key invitation", // the event says who and when
    // how far a sync is; its own screen shows that
    "lease due_at ended_at all_read page_cursor pages_read compared_to users_read employees_compared",
    "created changed unchanged failed no_match gone asked unasked",
  ].flatMap((fields) => fields.split(" ")),
);

export const speaks = (field: string) => !silent.has(field);

/** What a resource is, or what below one: of employees/1/accountLink it is accountLink. */
function kindOf(resource: string): string {
  const [kind = "", , below] = resource.split("/");
  return below ?? kind;
}

/** The name of a field, which may have another one where it says something else of its thing. */
export function fieldName(field: string, resource = ""): string {
  const own = `${kindOf(resource)}.${field}`;
  const said = word("auditField", own);
  return said === own ? word("auditField", field) : said;
}

// The words of fields that have words of their own, by the kind of thing where that matters; "" stands for the others.
const groups: Record<string, Record<string, string>> = {
  api_version: { "": "auditApi" },
  duplicate_policy: { "": "duplicatePolicy" },
  locale: { "": "auditLocale" },
  role: { credentials: "auditKeys", "": "role" },
  source: { accountLink: "linkSource", "": "source" },
  state: { employees: "employeeState", accounts: "accountState", connections: "connectionState" },
  submitted_policy: { "": "submittedPolicy" },
  verb: { accountLink: "linkVerb" },
};

// The fields that keep somebody's id, or name, and the collection that it is of.
const people: Record<string, string> = { account: "accounts", employee: "employees", employee_id: "employees" };

/** A value of a resource in the words of the screen. */
export function shown(field: string, value: string, zone: string, resource = "", names = nameless): string {
  if (value === "" || value.startsWith("0001-")) return ""; // the year 1 stands for: ever since
  const of = people[field] ?? "";
  const id = of ? value.replace(`${of}/`, "") : value;
  if (isID(id)) return names(`${of}/${id}`) || tail(id);
  if (/(_day|_from)$/.test(field) && /^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value);
  if (/(_at|Time)$/.test(field) && !Number.isNaN(Date.parse(value))) return moment(new Date(value).toISOString(), zone);
  if (field.endsWith("_minutes") && /^\d+$/.test(value)) return hourOf(Number(value));
  if (/^closing_?day$/i.test(field)) return value === "31" ? t("company.lastDay") : t("company.day", { day: value });
  if (value.startsWith("[") || value.startsWith("{")) return list(value, names);
  const named = groups[field];
  return word(named?.[kindOf(resource)] ?? named?.[""] ?? "auditValue", value);
}

const isID = (value: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
const tail = (id: string) => `…${id.slice(-6)}`;

const hourOf = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;

// list writes words, names of things, and words by kind of punch, without the marks of JSON.
function list(value: string, names: Names): string {
  const told = (x: unknown) => `「${names(String(x)) || tailOf(String(x)) || x}」`;
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return parsed.length === 0 ? "—" : parsed.map(told).join("");
    return Object.entries(parsed as Record<string, unknown>)
      .filter(([, words]) => Array.isArray(words) && words.length > 0)
      .map(([kind, words]) => `${word("kind", kind)}: ${(words as unknown[]).map((x) => `「${x}」`).join("")}`)
      .join(" ");
  } catch {
    return value; // a long one that was cut
  }
}

/**
 * What a resource is called: its kind, and the name of its own or else of the employee whose it is, if there is one. An
 * employee is called by the name alone.
 */
export function thingName(resource: string | undefined, names: Names, employee?: string): string {
  const parts = (resource ?? "").split("/");
  const [kind, ...below] = parts.filter((_, i) => i % 2 === 0).map((k) => word("auditThing", k));
  const own = parts.length > 1 ? names(parts.slice(0, 2).join("/")) : "";
  const period = parts[2] === "timesheets" ? month(parts[3]) : "";
  const words = [own && parts[0] === "employees" ? "" : kind, own || names(employee), ...below, period];
  return words.filter(Boolean).join(" ");
}

/** The last letters of an id, to tell things of a kind apart. */
export function tailOf(resource: string | undefined): string {
  const parts = (resource ?? "").split("/");
  const last = parts.length % 2 === 0 ? (parts.at(-1) ?? "") : "";
  return isID(last) ? tail(last) : "";
}

/** The names of actions that can be chosen, by their word. */
export const actions = (keys: string[]) =>
  keys
    .filter((k) => k.startsWith("auditAction."))
    .map((k) => ({ value: k.slice("auditAction.".length), label: t(k as "audit.title") }))
    .sort((a, b) => a.label.localeCompare(b.label));
