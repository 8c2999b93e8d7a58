import { expect, test } from "vitest";
import { typedClock } from "./time";

test.each([
  ["9:05", "09:05"],
  ["25:30", "25:30"],
  ["47:59", "47:59"],
  ["09:00", "09:00"],
  ["０９：００", "09:00"],
  [" 18:00 ", "18:00"],
  ["09:75", ""], // would be another time
  ["48:00", ""],
  ["99:00", ""],
  ["9", ""],
  ["", ""],
])("%s is the time %s", (text, time) => expect(typedClock(text)).toBe(time));
