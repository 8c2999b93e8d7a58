import { expect, test } from "vitest";
import { instantOf } from "../../i18n/time";
import { addDays, businessDay, daysBetween, isPeriod, meantDay, periodOf, shift } from "./periods";

test("a period is named after the month in which its closing day lies", () => {
  expect(periodOf("2026-11-20", 20)).toBe("2026-11");
  expect(periodOf("2026-11-21", 20)).toBe("2026-12");
  expect(periodOf("2026-12-21", 20)).toBe("2027-01");
  expect(periodOf("2026-11-30", 31)).toBe("2026-11");
  expect(shift("2026-01", -1)).toBe("2025-12");
});

test.each([
  ["2026-01", true],
  ["2026-12", true],
  ["2026-13", false],
  ["2026-00", false],
  ["2026-1", false],
  ["2026-11-01", false],
  ["", false],
])("%s is a period: %s", (text, is) => expect(isPeriod(text)).toBe(is));

test("the business day changes at the cutoff, not at midnight", () => {
  const at = (text: string) => new Date(text);
  expect(businessDay(at("2026-11-27T04:59:59+09:00"), "Asia/Tokyo", "05:00")).toBe("2026-11-26");
  expect(businessDay(at("2026-11-27T05:00:00+09:00"), "Asia/Tokyo", "05:00")).toBe("2026-11-27");
  expect(businessDay(at("2026-12-01T00:30:00+09:00"), "Asia/Tokyo", "05:00")).toBe("2026-11-30");
  expect(businessDay(at("2026-11-27T00:00:00+09:00"), "Asia/Tokyo", "00:00")).toBe("2026-11-27");
  expect(businessDay(at("2026-11-26T20:30:00Z"), "America/New_York", "05:00")).toBe("2026-11-26");
});

test("the cutoff is a time of the clock, also on the day on which clocks change", () => {
  // Four hours after midnight it is five o'clock.
  expect(businessDay(new Date("2026-03-29T05:00:00+02:00"), "Europe/Berlin", "05:00")).toBe("2026-03-29");
  expect(businessDay(new Date("2026-03-29T04:59:00+02:00"), "Europe/Berlin", "05:00")).toBe("2026-03-28");
});

test.each([
  ["2026-11-27", "09:00", "2026-11-27"],
  ["2026-11-27", "02:00", "2026-11-26"], // of the night before
  ["2026-11-27", "26:00", "2026-11-27"],
  ["2026-11-27", "30:00", "2026-11-27"], // as it was said, though the cutoff has passed
  ["2026-11-27", "", "2026-11-27"],
  ["0026-11-27", "09:00", ""],
  ["", "09:00", ""],
])("who writes %s and %s means %s", (date, time, day) => {
  const dayOf = (instant: Date) => businessDay(instant, "Asia/Tokyo", "05:00");
  expect(meantDay(date, time, "Asia/Tokyo", dayOf)).toBe(day);
});

test("days are counted over the ends of months", () => {
  expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
  expect(daysBetween("2026-10-21", "2026-11-20")).toHaveLength(31);
});

test("a wall-clock time becomes an instant, also past midnight and where clocks change", () => {
  expect(instantOf("2026-11-27", "09:00", "Asia/Tokyo")).toBe("2026-11-27T00:00:00.000Z");
  expect(instantOf("2026-11-27", "25:30", "Asia/Tokyo")).toBe("2026-11-27T16:30:00.000Z");
  expect(instantOf("2026-03-29", "12:00", "Europe/Berlin")).toBe("2026-03-29T10:00:00.000Z");
});
