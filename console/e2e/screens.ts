// Every screen behind the log-in, with something on each to look at.
import type { Page } from "@playwright/test";
import { expect, period, punched, type World } from "./world";

/** furnish puts something on every screen and answers their addresses. */
export async function furnish(world: World): Promise<string[]> {
  const who = await world.hire("画面 映子", 3, "Sales");
  await punched(world, who, "CLOCK_IN", 3);
  await world.call("POST", `${who.name}/timesheets/${period()}:submit`, { comment: "確認しました" });
  await world.say(3, "退勤"); // held
  await world.say(2, "出勤"); // of nobody
  const other = await world.hire("画面 開夫", undefined, "Sales");
  await punched(world, other, "CLOCK_OUT", 2);
  await world.call("POST", "correctionRequests", {
    employee: other.name,
    kind: "CLOCK_IN",
    time: new Date(Date.now() - 240_000).toISOString(),
    reason: "朝の会議が長引き、押すのを忘れたため。会議の記録は部の共有フォルダーにあります。",
  });
  await world.call("POST", "apiKeys", {
    displayName: "payroll",
    role: "AUDITOR",
    expireTime: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const reason = "元従業員からの未払い残業代の請求(東京地方裁判所 令和8年(ワ)第12345号)に備えて、記録を残すため";
  const hold = await world.call("POST", "legalHolds", { employee: who.name, reason });
  await world.call("POST", `${hold.name}:release`, { reason });
  await world.call("POST", "legalHolds", { employee: who.name, reason });
  await world.call("POST", "accounts", {
    email: "takahashi.keiri-manager@sales.example.co.jp",
    name: "高橋 経理子",
    role: "MANAGER",
    departments: ["Sales"],
  });
  await world.call("POST", `connections/${world.connection}/tokens`, {}); // beside the first
  return [
    "/today",
    "/timesheets",
    `/timesheets/${who.id}/${period()}`,
    `/timesheets/${other.id}/${period()}`,
    "/held",
    "/corrections",
    "/events",
    "/settings",
    "/settings/employees",
    "/settings/employees/new",
    `/settings/employees/${who.id}`,
    "/settings/employees/import",
    "/settings/employees/senders",
    "/settings/integrations",
    `/settings/integrations/${world.connection}`,
    `/settings/integrations/${world.connection}/setup`,
    "/settings/rules",
    "/settings/retention",
    "/settings/company",
    "/settings/accounts",
    "/settings/keys",
    "/settings/audit",
    "/profile",
  ];
}

/** Waits until a screen has its heading and everything it asked for. */
export async function shown(page: Page, path: string) {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}
