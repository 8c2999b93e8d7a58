import { expect, test } from "vitest";
import { pages } from "./client";

test("a list of more than 10,000 rows is read to its end", async () => {
  const asked: string[] = [];
  const all = await pages(async (token) => {
    asked.push(token);
    const page = Number(token || "1");
    return {
      items: Array.from({ length: 500 }, (_, i) => page * 500 + i),
      nextPageToken: page < 25 ? `${page + 1}` : "",
    };
  });
  expect(all).toHaveLength(12_500);
  expect(new Set(all).size).toBe(12_500);
  expect(asked).toHaveLength(25);
});
