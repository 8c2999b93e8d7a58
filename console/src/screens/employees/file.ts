// The text of a file that people choose, in whatever encoding their spreadsheet saves it.
import { plainText } from "../../ui/plain";

/** A file's text, or why it has none that could be a table: a workbook, some other file, one that cannot be opened or is too long. */
export type FileText = { text: string } | { problem: "workbook" | "foreign" | "unread" | "tooLong" };

const longest = 2 << 20; // bytes, more than which the door takes of no text

const tooLong: FileText = { problem: "tooLong" };

/** Reads a file that somebody chose or dropped. */
export async function textOf(file: Pick<Blob, "arrayBuffer" | "size">): Promise<FileText> {
  if (file.size > 2 * longest) return tooLong; // in no encoding is it shorter than half
  try {
    const read = decode(new Uint8Array(await file.arrayBuffer()));
    return "text" in read && new TextEncoder().encode(read.text).length > longest ? tooLong : read;
  } catch {
    return { problem: "unread" }; // a folder, or a file that is not there any more
  }
}

/** Finds the encoding that bytes are text in. */
export function decode(bytes: Uint8Array): FileText {
  if (workbooks.some((first) => first.every((byte, i) => bytes[i] === byte))) return { problem: "workbook" };
  for (const encoding of encodings(bytes)) {
    const text = plainText(bytes, encoding);
    if (text !== undefined) return { text };
  }
  return { problem: "foreign" };
}

// How workbooks begin: .xlsx is a ZIP, .xls an OLE container.
const workbooks = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

// Spreadsheets in Japan still write Shift_JIS, and UTF-16 as "Unicode text".
function encodings(bytes: Uint8Array): string[] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ["utf-16le"];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ["utf-16be"];
  const zeros = [0, 0];
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  // Commas, digits and ends of line have one in UTF-16; elsewhere one byte of zero may have come in by accident.
  if ((even + odd) * 50 > bytes.length) return [odd > even ? "utf-16le" : "utf-16be"];
  return ["utf-8", "shift_jis"];
}
