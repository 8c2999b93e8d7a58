import { expect, test } from "vitest";
import { shows } from "./needs";

const holding =
  (...held: string[]) =>
  (permission: string) =>
    held.includes(permission);

test("a screen is shown to who holds its permission, and those below it are", () => {
  expect(shows("/settings/employees", holding("employees.read"))).toBe(true);
  expect(shows("/settings/audit/$event", holding("audit.read"))).toBe(true);
  expect(shows("/settings/employees/senders", holding("employees.read"))).toBe(false);
  expect(shows("/settings/integrations/$connection/setup", holding("employees.read"))).toBe(false);
  expect(shows("/timesheets", holding())).toBe(false);
});

test("a form is shown to who may send it", () => {
  const forms = {
    "/settings/employees/new": "employees",
    "/settings/employees/import": "employees",
    "/settings/employees/$employee": "employees",
    "/settings/integrations/$connection/setup": "integration",
  };
  for (const [form, of] of Object.entries(forms)) {
    expect(shows(form, holding(`${of}.read`))).toBe(false);
    expect(shows(form, holding(`${of}.write`))).toBe(true);
  }
});

test("an employee has own months and a profile, and no settings", () => {
  expect(shows("/timesheets/$employee", holding())).toBe(true);
  expect(shows("/profile", holding())).toBe(true);
  expect(shows("/settings", holding("timesheets.read"))).toBe(false);
  expect(shows("/settings", holding("audit.read"))).toBe(true);
});
