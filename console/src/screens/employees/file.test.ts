import { expect, test } from "vitest";
import { decode, textOf } from "./file";

const people = "社員番号,氏名\r\n1,山田 一\u3000太郎\r\n";
const bytes = (...values: number[]) => new Uint8Array(values);

const swapped = (text: string) => new Uint8Array(Buffer.from(text, "utf16le").swap16());

test("a table is read in every encoding in which spreadsheets save it", () => {
  expect(decode(new TextEncoder().encode(people))).toEqual({ text: people });
  expect(decode(new TextEncoder().encode(`\ufeff${people}`))).toEqual({ text: people });
  expect(decode(Buffer.from(`\ufeff${people}`, "utf16le"))).toEqual({ text: people });
  expect(decode(Buffer.from(people, "utf16le"))).toEqual({ text: people });
  expect(decode(swapped(`\ufeff${people}`))).toEqual({ text: people });
  expect(decode(swapped(people))).toEqual({ text: people });
  // 氏名 in Shift_JIS
  expect(decode(bytes(0x8e, 0x81, 0x96, 0xbc, 0x2c, 0x31))).toEqual({ text: "氏名,1" });
  expect(decode(bytes())).toEqual({ text: "" });
});

test("what is no text is told apart, and never guessed at", () => {
  expect(decode(bytes(0x50, 0x4b, 3, 4, 20, 0))).toEqual({ problem: "workbook" });
  expect(decode(bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1))).toEqual({ problem: "workbook" });
  expect(decode(bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13))).toEqual({ problem: "foreign" }); // PNG
  expect(decode(bytes(0x25, 0x50, 0x44, 0x46, 1, 2, 3))).toEqual({ problem: "foreign" }); // control characters
  expect(decode(new TextEncoder().encode(`${people.repeat(9)}\0`))).toEqual({ problem: "foreign" }); // no UTF-16 either
  expect(decode(bytes(0x31, 0xff, 0xfd))).toEqual({ problem: "foreign" }); // neither UTF-8 nor Shift_JIS
});

test("a file that cannot be opened is told to be", async () => {
  const gone = { size: 9, arrayBuffer: () => Promise.reject(new DOMException("gone", "NotFoundError")) };
  expect(await textOf(gone)).toEqual({ problem: "unread" });
});

test("a file is as long as its text is for the door", async () => {
  const ascii = "1,a\r\n".repeat(300_000); // 1.5 MB, and 3 MB in UTF-16
  expect(await textOf(new Blob([Buffer.from(`\ufeff${ascii}`, "utf16le")]))).toEqual({ text: ascii });
  expect(await textOf(new Blob([ascii.repeat(2)]))).toEqual({ problem: "tooLong" });
  const huge = { size: 1 << 30, arrayBuffer: () => Promise.reject(new Error("it might not fit into memory")) };
  expect(await textOf(huge)).toEqual({ problem: "tooLong" });
});
