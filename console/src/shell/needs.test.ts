import { expect, test } from "vitest";
import { shows } from "./needs";

const holding =
  (...held: string[]) =>
  (permission: string) =>
    held.includes(permission);

test("a screen is shown to who holds its permission, and those below it are", () => {
  expect(shows("/settings/employees", holding("employees.read"))).toBe(true);
  expect(shows("/settings/employees/$employee", holding("employees.read"))).toBe(true);
  expect(shows("/settings/employees/senders", holding("employees.read"))).toBe(false);
  expect(shows("/settings/integrations/$connection/setup", holding("employees.read"))).toBe(false);
  expect(shows("/timesheets", holding())).toBe(false);
});

test("an employee has own months and a profile, and no settings", () => {
  expect(shows("/timesheets/$employee", holding())).toBe(true);
  expect(shows("/profile", holding())).toBe(true);
  expect(shows("/settings", holding("timesheets.read"))).toBe(false);
  expect(shows("/settings", holding("audit.read"))).toBe(true);
});
