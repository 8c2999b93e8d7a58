// What people choose from in several screens.
import { t, word } from "../../i18n";
import type { Option } from "../../ui/inputs";

/** Closing days: 1 to 28 and the month's last. */
export function closingDays(): Option[] {
  const days = Array.from({ length: 28 }, (_, i) => ({
    value: String(i + 1),
    label: t("company.day", { day: i + 1 }),
  }));
  return [{ value: "31", label: t("company.lastDay") }, ...days];
}

/** Time zones as the browser knows them, Japan first. */
export function zones(): Option[] {
  const known = Intl.supportedValuesOf("timeZone").filter((z) => z !== "Asia/Tokyo");
  return [
    { value: "Asia/Tokyo", label: t("company.tokyo") },
    ...known.map((z) => ({ value: z, label: z.replaceAll("_", " ") })),
  ];
}

export const roles = ["ADMINISTRATOR", "MANAGER", "EMPLOYEE", "EMPLOYEE_READ_ONLY", "AUDITOR"] as const;
export type Role = (typeof roles)[number];

export const roleOptions = () => roles.map((r) => ({ value: r, label: word("role", r), more: word("roleMore", r) }));

export const kinds = ["CLOCK_IN", "BREAK_START", "BREAK_END", "CLOCK_OUT", "GO_OUT", "COME_BACK"] as const;
export type Kind = (typeof kinds)[number];

export const kindOptions = () => kinds.map((k) => ({ value: k, label: word("kind", k) }));
