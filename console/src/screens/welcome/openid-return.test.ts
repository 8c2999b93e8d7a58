import { expect, test } from "vitest";
import { readReturn } from "./openid-return";
import { safe } from "./safe";

test("what the provider sends back is read from the address", () => {
  expect(readReturn("?code=a%2Fb&state=s&iss=https%3A%2F%2Flogin.example.com")).toEqual({
    code: "a/b",
    state: "s",
    issuer: "https://login.example.com",
  });
  expect(readReturn("?error=access_denied")).toEqual({ code: "", state: "", issuer: "" });
});

test("after the log-in only this console is gone to", () => {
  expect(safe("/today?x=1")).toBe("/today?x=1");
  for (const elsewhere of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", null]) {
    expect(safe(elsewhere)).toBe("/");
  }
});
