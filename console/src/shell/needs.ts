// Which permission a screen needs: one that is a form, that to send it. The door decides;
// who lacks it is not led to a screen that could show nothing, or take what it cannot send.
const needs: Record<string, string> = {
  "/today": "punches.read",
  "/timesheets": "timesheets.read",
  "/held": "punches.read",
  "/corrections": "punches.read",
  "/events": "events.read",
  "/settings/employees": "employees.read",
  "/settings/employees/new": "employees.write",
  "/settings/employees/import": "employees.write",
  "/settings/employees/$employee": "employees.write",
  "/settings/employees/senders": "links.read",
  "/settings/integrations": "integration.read",
  "/settings/integrations/$connection/setup": "integration.write",
  "/settings/rules": "settings.read",
  "/settings/retention": "settings.read",
  "/settings/company": "organization.read",
  "/settings/accounts": "accounts.read",
  "/settings/keys": "apiKeys.read",
  "/settings/audit": "audit.read",
};

type May = (permission: string) => boolean;

/** Whether a screen has something to show: 設定 has when one of the screens below it has. */
export function shows(screen: string, may: May): boolean {
  if (screen === "/settings") return Object.entries(needs).some(([s, need]) => s.startsWith("/settings/") && may(need));
  if (screen.startsWith("/timesheets/")) return true; // own months need nothing else
  const [nearest] = Object.keys(needs)
    .filter((s) => screen === s || screen.startsWith(`${s}/`))
    .sort((a, b) => b.length - a.length);
  return nearest === undefined || may(needs[nearest] as string);
}
