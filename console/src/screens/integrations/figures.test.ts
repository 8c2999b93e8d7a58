import { beforeEach, expect, test, vi } from "vitest";
import { figureTiles } from "./figures";

beforeEach(() => {
  vi.stubGlobal("localStorage", undefined);
});

test("the end of the access token is among the figures", () => {
  const shown = (f: Parameters<typeof figureTiles>[0]) =>
    figureTiles(f, "Asia/Tokyo").find((x) => x.label === "アクセストークンの期限")?.value;
  expect(shown({ accessTokenExpireTime: "2026-11-24T00:05:00Z" } as Parameters<typeof figureTiles>[0])).toBe("09:05");
  expect(shown(undefined)).toBe("–");
});
