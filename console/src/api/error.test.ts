import { expect, test } from "vitest";
import { t } from "../i18n";
import { ApiError, asApiError, sentenceOf } from "./error";

const refused = new ApiError(400, {
  message: "入力内容に誤りがあります。",
  details: [
    { reason: "INVALID_ARGUMENT" },
    {
      fieldViolations: [
        { field: "credentials.botId", description: "数字で", reason: "DIGITS" },
        { field: "name", description: "必須", reason: "REQUIRED" },
      ],
    },
  ],
});

test("a problem is found by the name of its field, also below a message", () => {
  expect(refused.of("botId")).toBe("数字で");
  expect(refused.of("name")).toBe("必須");
  expect(refused.of("Id")).toBe("");
});

test("a field that is typed into loses its problem, the others keep theirs", () => {
  const rest = refused.without("botId");
  expect(rest?.of("botId")).toBe("");
  expect(rest?.of("name")).toBe("必須");
  expect(rest?.reason).toBe("INVALID_ARGUMENT");
  expect(rest?.without("name")).toBeNull();
  expect(refused.without("other")).toBe(refused);
});

test("only a request without an answer has no connection", () => {
  const offline = new ApiError(0, {});
  const fault = new TypeError("undefined is not a function");
  expect(offline.reason).toBe("OFFLINE");
  expect(asApiError(offline)).toBe(offline);
  expect(asApiError(fault).reason).toBe("INTERNAL");
  expect(sentenceOf(offline)).toBe(t("error.OFFLINE"));
  for (const thrown of [fault, "text", undefined, new ApiError(502, "<html>")])
    expect(sentenceOf(thrown)).toBe(t("error.INTERNAL"));
  expect(sentenceOf(refused)).toBe("入力内容に誤りがあります。");
});
