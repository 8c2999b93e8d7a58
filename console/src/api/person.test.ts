import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./client";
import { somebodyElse, stayWith, tellPerson } from "./person";

beforeEach(() => {
  const store = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
  });
});
afterEach(() => {
  stayWith("");
  vi.unstubAllGlobals();
});

test("a window knows when another one has logged somebody else in", () => {
  expect(somebodyElse()).toBe(false); // nobody is here
  stayWith("accounts/a");
  expect(somebodyElse()).toBe(false); // nobody was told yet
  tellPerson("accounts/a");
  expect(somebodyElse()).toBe(false);
  tellPerson("accounts/b");
  expect(somebodyElse()).toBe(true);
  stayWith("");
  expect(somebodyElse()).toBe(false);
});

test("nothing is sent as somebody else, but the question who that is", async () => {
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(new URL(request.url).pathname);
    return Response.json({});
  });
  const door = { baseUrl: "http://127.0.0.1" };
  stayWith("accounts/a");
  tellPerson("accounts/b");
  void api.GET("/v1/organization", door);
  await api.GET("/v1/session", door);
  expect(sent).toEqual(["/v1/session"]);
  tellPerson("accounts/a");
  await api.GET("/v1/organization", door);
  expect(sent).toEqual(["/v1/session", "/v1/organization"]);
});
