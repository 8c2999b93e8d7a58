import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  changeOf,
  forgetDrafts,
  forgetSecrets,
  holdSecrets,
  onForget,
  readDraft,
  readSecrets,
  secretsHeld,
  withChange,
  writeDraft,
} from "./draft";

// The store of a browser's tab, which is not there outside of one.
beforeEach(() => {
  const store: Record<string, unknown> = {};
  const hidden = (value: unknown) => ({ value, enumerable: false });
  Object.defineProperties(store, {
    getItem: hidden((key: string) => store[key] ?? null),
    setItem: hidden((key: string, value: string) => {
      store[key] = value;
    }),
    removeItem: hidden((key: string) => {
      delete store[key];
    }),
  });
  vi.stubGlobal("sessionStorage", store);
});
afterEach(() => vi.unstubAllGlobals());

const loaded = { name: "佐藤", department: "営業部", phrases: { CLOCK_IN: ["出勤"], CLOCK_OUT: ["退勤"] } };

test("a change has only what differs", () => {
  expect(changeOf(loaded, { ...loaded })).toBeUndefined();
  expect(changeOf(loaded, { ...loaded, name: "鈴木" })).toEqual({ name: "鈴木" });
  const phrases = { ...loaded.phrases, CLOCK_IN: [] };
  expect(changeOf(loaded, { ...loaded, phrases })).toEqual({ phrases: { CLOCK_IN: [] } });
  expect(changeOf("出勤", "")).toBe("");
  expect(changeOf(true, false)).toBe(false);
});

test("a change is made to what is loaded now, and leaves the rest of it", () => {
  const fresh = { ...loaded, department: "総務部", phrases: { CLOCK_IN: ["出勤"], CLOCK_OUT: ["帰ります"] } };
  expect(withChange(fresh, { name: "鈴木", phrases: { CLOCK_IN: ["おはよう"] } })).toEqual({
    name: "鈴木",
    department: "総務部",
    phrases: { CLOCK_IN: ["おはよう"], CLOCK_OUT: ["帰ります"] },
  });
  expect(withChange(fresh, undefined)).toBe(fresh);
});

test("a draft is what still differs from what is loaded when it is read", () => {
  writeDraft("employee.1", { name: "鈴木", department: "総務部" });
  expect(readDraft("employee.1", loaded)).toEqual({ name: "鈴木", department: "総務部" });
  expect(readDraft("employee.1", { ...loaded, department: "総務部" })).toEqual({ name: "鈴木" });
  expect(readDraft("employee.1", { ...loaded, name: "鈴木", department: "総務部" })).toEqual({});
});

test("a draft of nothing is none", () => {
  writeDraft("employee.1", { name: "鈴木" });
  writeDraft("employee.1", {});
  expect(Object.keys(sessionStorage)).toEqual([]);
  expect(readDraft("employee.1", loaded)).toEqual({});
  expect(readDraft(undefined, loaded)).toEqual({});
});

test("what is no draft is not read", () => {
  sessionStorage.setItem("dakoku.draft.employee.1", "{");
  expect(readDraft("employee.1", loaded)).toEqual({});
  for (const text of ["null", "[]", '"x"', "1"]) {
    sessionStorage.setItem("dakoku.draft.employee.1", text);
    expect(readDraft("employee.1", loaded), text).toEqual({});
  }
});

test("at log-out drafts go, and nothing else", () => {
  writeDraft("employee.1", { name: "鈴木" });
  sessionStorage.setItem("dakoku.next", "/today");
  forgetDrafts();
  expect(Object.keys(sessionStorage)).toEqual(["dakoku.next"]);
});

test("secrets are held in memory alone, until they are sent, given up, or their person leaves", () => {
  const typed = { clientSecret: "s" };
  holdSecrets("guide.1", typed);
  expect(readSecrets("guide.1")).toEqual(typed);
  expect(readSecrets("guide.2")).toEqual({});
  expect(secretsHeld()).toBe(true);
  expect(JSON.stringify(sessionStorage)).toBe("{}");
  for (const end of [() => holdSecrets("guide.1", {}), forgetSecrets, forgetDrafts]) {
    holdSecrets("guide.1", typed);
    end();
    expect(secretsHeld()).toBe(false);
    expect(readSecrets("guide.1")).toEqual({});
  }
});

test("who shows secrets is told when they are given up, until that ends", () => {
  const told = vi.fn();
  const end = onForget(told);
  forgetSecrets();
  forgetDrafts();
  expect(told).toHaveBeenCalledTimes(2);
  end();
  forgetSecrets();
  expect(told).toHaveBeenCalledTimes(2);
});
