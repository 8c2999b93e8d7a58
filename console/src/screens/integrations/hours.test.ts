import { beforeEach, expect, test, vi } from "vitest";
import { barsOf, hoursOf, type Span, spanOf } from "./hours";

beforeEach(() => {
  vi.stubGlobal("localStorage", undefined);
});

// What the door answers at an instant: every hour up to the present one, each with one callback.
const until = (now: string, days: number): Span => {
  const hours = Array.from({ length: hoursOf(days) }, (_, i) => ({
    hour: new Date(Date.parse(now.replace(/:.*Z/, ":00:00Z")) - (hoursOf(days) - 1 - i) * 3_600_000).toISOString(),
    callbacks: "1",
    signatureFailures: "0",
    unmatchedTexts: "0",
    sentReplies: "0",
    failedReplies: "0",
  }));
  return { days, hours: hours as unknown as Span["hours"] };
};
const counted = (now: string, days: number, zone: string) =>
  barsOf(until(now, days), zone).map((b) => `${b.label} ${b.callbacks}`);

test("every day of a week is whole but the present one", () => {
  const now = "2026-11-29T05:30:00Z"; // 14:30 in Japan
  const whole = ["11/23(月) 24", "11/24(火) 24", "11/25(水) 24", "11/26(木) 24", "11/27(金) 24", "11/28(土) 24"];
  expect(counted(now, 7, "Asia/Tokyo")).toEqual([...whole, "11/29(日) 15"]);
  expect(counted("2026-11-29T14:59:59Z", 7, "Asia/Tokyo")).toEqual([...whole, "11/29(日) 24"]);
  expect(counted("2026-11-28T15:00:00Z", 7, "Asia/Tokyo")).toEqual([...whole, "11/29(日) 1"]);
  expect(spanOf(until(now, 7), "Asia/Tokyo")).toBe("2026年11月23日(月)から2026年11月29日(日)まで(今日は途中まで)");
});

test("a day on which clocks are put back is whole, too", () => {
  const all = counted("2026-11-01T04:30:00Z", 30, "America/New_York");
  expect([all.length, all[0], all.at(-1)]).toEqual([30, "10/3(土) 24", "11/1(日) 1"]);
  const week = counted("2026-11-08T04:30:00Z", 7, "America/New_York");
  expect([week.length, week[0]]).toEqual([7, "11/1(日) 25"]);
});

test("a day is its last 24 hours", () => {
  const all = counted("2026-11-29T05:30:00Z", 1, "Asia/Tokyo");
  expect([all.length, all[0], all.at(-1)]).toEqual([24, "15:00 1", "14:00 1"]);
  expect(spanOf(until("2026-11-29T05:30:00Z", 1), "Asia/Tokyo")).toBe("2026年11月28日 15:00から現在まで");
});

test("nothing has no bars", () => {
  expect(barsOf({ days: 7, hours: [] }, "Asia/Tokyo")).toEqual([]);
  expect(spanOf({ days: 7, hours: [] }, "Asia/Tokyo")).toBe("");
});
