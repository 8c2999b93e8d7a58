import { expect, test } from "vitest";
import { shown, speaks, tailOf, thingName } from "./values";

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

test("things are named by kind and person", () => {
  const names = (name: string | undefined) => (name === `employees/${id}` ? "佐藤 花子" : "");
  expect(thingName(`employees/${id}`, names)).toBe("佐藤 花子");
  expect(thingName(`employees/${id}/timesheets/2026-11`, names)).toBe("佐藤 花子 勤怠 2026-11");
  expect(thingName(`punches/${id}`, names)).toBe("打刻");
  expect(thingName("workRules", names)).toBe("勤務ルール");
  expect(tailOf(`punches/${id}`)).toBe("…7df09c");
  expect(tailOf(`connections/${id}/punchSettings`)).toBe("");
});
