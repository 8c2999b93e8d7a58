import { t } from "../../i18n";

const browsers: [RegExp, string][] = [
  [/Edg(A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/(Firefox|FxiOS)\//, "Firefox"],
  [/(Chrome|CriOS)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/Windows/, "Windows"],
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Mac OS/, "macOS"],
  [/Linux/, "Linux"],
];
const first = (list: [RegExp, string][], agent: string) => list.find(([mark]) => mark.test(agent))?.[1] ?? "";

/** What a browser calls itself, in a word or two; browsers name those before them, so the order of the lists counts. */
export function device(agent: string | undefined): string {
  if (!agent) return t("sessions.unknown");
  const name = first(browsers, agent) || (agent.split(/[ /]/)[0] ?? "");
  return [name, first(systems, agent)].filter(Boolean).join(" / ");
}
