import { expect, test } from "vitest";
import { ja } from "../i18n/ja";
import { ApiError, asApiError } from "./error";

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

test("what no input shows is said besides, once, and with the headline where there is none at all", () => {
  expect(refused.besides(["name"])).toEqual(["数字で"]);
  expect(refused.besides(["botId", "name"])).toEqual([]);
  expect(refused.text).toBe("入力内容に誤りがあります。 数字で 必須");
  const twice = [
    { field: "table.csv", description: "空です。" },
    { field: "table", description: "空です。" },
    { field: "all", description: "だめ。" },
    { field: "mute" },
  ];
  const said = new ApiError(400, { message: "だめ。", details: [{ fieldViolations: twice }] });
  expect(said.text).toBe("だめ。 空です。");
});

test("without an answer there is no connection, and it says so", () => {
  expect(new ApiError(0, {}).reason).toBe("OFFLINE");
  expect(new ApiError(0, {}).text).toBe(ja["error.OFFLINE"]);
  expect(new ApiError(502, null).text).toBe(ja["error.INTERNAL"]);
});

test("only a request without an answer has no connection; words of scripts are for nobody", () => {
  const offline = new ApiError(0, {});
  expect(asApiError(offline)).toBe(offline);
  for (const thrown of [new TypeError("undefined is not a function"), "text", undefined])
    expect(asApiError(thrown).text).toBe(ja["error.INTERNAL"]);
});

test("only a refusal tells that nothing became of a request", () => {
  expect([0, 500, 502, 504].map((status) => new ApiError(status, {}).unanswered)).toEqual([true, true, true, true]);
  expect([400, 401, 403, 409, 429].some((status) => new ApiError(status, {}).unanswered)).toBe(false);
});
