import { expect, test } from "vitest";
import { clockOf, isDay, moment, typedClock } from "./time";

test.each([
  ["9:05", "09:05"],
  ["25:30", "25:30"],
  ["47:59", "47:59"],
  ["09:00", "09:00"],
  ["０９：００", "09:00"],
  [" 18:00 ", "18:00"],
  ["900", "09:00"],
  ["0900", "09:00"],
  ["130", "01:30"],
  ["2530", "25:30"],
  ["９００", "09:00"],
  ["9時", "09:00"],
  ["9時5分", "09:05"],
  ["１８時３０分", "18:30"],
  ["09:75", ""], // would be another time
  ["48:00", ""],
  ["99:00", ""],
  ["9", ""],
  ["12", ""], // noon, or 1:2
  ["975", ""],
  ["4800", ""],
  ["09000", ""],
  ["9時75分", ""],
  ["9時30", ""],
  ["", ""],
])("%s is the time %s", (text, time) => expect(typedClock(text)).toBe(time));

test("a moment has its year, month and day, and 24 hours", () => {
  const at = "2026-11-27T15:05:09Z";
  expect(moment(at, "Asia/Tokyo")).toBe("2026年11月28日 00:05");
  expect(moment(at, "Asia/Tokyo", true)).toBe("2026年11月28日 00:05:09");
});

test.each([
  ["2026-11-28", true],
  ["1900-01-01", true],
  ["9999-12-30", true],
  ["0001-01-01", false],
  ["0026-11-28", false], // on the way to 2026
  ["9999-12-31", false], // ends in a year of five digits
  ["12026-11-28", false],
  ["", false],
  ["2026-13-01", false],
  ["2026-02-30", false],
  ["2028-02-29", true],
])("whether %s can be a day: %s", (date, can) => expect(isDay(date)).toBe(can));

test("a time after the midnight of its working day goes on counting", () => {
  const at = "2026-11-28T15:50:12Z"; // 00:50:12 of the 29th in Japan
  expect(clockOf("2026-11-28", at, "Asia/Tokyo")).toBe("24:50");
  expect(clockOf("2026-11-28", at, "Asia/Tokyo", true)).toBe("24:50:12");
  expect(clockOf("2026-11-27", at, "Asia/Tokyo")).toBe("48:50");
  expect(clockOf("2026-11-29", at, "Asia/Tokyo")).toBe("00:50");
  expect(clockOf(undefined, at, "Asia/Tokyo")).toBe("00:50");
  expect(clockOf("2026-11-28", undefined, "Asia/Tokyo")).toBe("");
});
