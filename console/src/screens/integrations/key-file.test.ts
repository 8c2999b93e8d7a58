import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeyFileError, readKey } from "./key-file";

beforeEach(() => vi.stubGlobal("localStorage", undefined));
afterEach(() => vi.unstubAllGlobals());

const key = "-----BEGIN PRIVATE KEY-----\r\nMIIE\r\n-----END PRIVATE KEY-----\r\n";
const file = (name: string, ...parts: BlobPart[]) => new File(parts, name);
const refusal = (of: File) =>
  readKey(of, "Private Key").then(
    () => expect.fail("it was read"),
    (error) => error as KeyFileError,
  );

test("a key is read as it stands, with or without a byte order mark", async () => {
  expect(await readKey(file("private_1.key", key), "Private Key")).toBe(key);
  expect(await readKey(file("private_1.txt", "\ufeff", key), "Private Key")).toBe(key);
  expect(await readKey(file("long.key", key.padEnd(64 * 1024)), "Private Key")).toContain("BEGIN PRIVATE KEY");
});

test("what is too long for a key is refused, and not read", async () => {
  const movie = file("movie.mp4", "x".repeat(64 * 1024 + 1));
  const read = vi.spyOn(movie, "arrayBuffer");
  const error = await refusal(movie);
  expect(error).toBeInstanceOf(KeyFileError);
  expect([error.reason, error.field]).toEqual(["FILE_TOO_LONG", "Private Key"]);
  expect(error.message).toMatch(/^Private Key:.*movie\.mp4 は 64 KB を超えている.*拡張子 \.key/);
  expect(read).not.toHaveBeenCalled();
});

test.each([
  ["a picture", file("photo.png", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]))],
  ["a picture in words", file("logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")],
  ["a table", file("people.csv", "社員番号,氏名\n1,山田\n")],
  ["a key in the middle of bytes", file("key.zip", "PK\x03\x04", key)],
  ["bytes that are no UTF-8", file("key.bin", key, new Uint8Array([0xff, 0xfe]))],
  ["nothing", file("empty.key")],
])("%s is refused in words that tell which file is expected", async (_, wrong) => {
  const error = await refusal(wrong);
  expect(error.reason).toBe("FILE_NOT_A_KEY");
  expect(error.message).toContain(`Private Key: ${wrong.name}`);
  expect(error.message).toContain("拡張子 .key のテキスト");
});

test("what cannot be read is refused in words, too", async () => {
  const folder = file("keys");
  vi.spyOn(folder, "arrayBuffer").mockRejectedValue(new DOMException("", "NotReadableError"));
  expect((await refusal(folder)).reason).toBe("FILE_UNREADABLE");
});
