// The file of a key, as the LINE WORKS Developer Console hands it out: a short text with the suffix .key.
import { type Key, t } from "../../i18n";
import { plainText } from "../../ui/plain";

const longest = 64 * 1024; // bytes; a key has two thousand

const words = {
  FILE_TOO_LONG: "guide.keys.fileTooLong",
  FILE_NOT_A_KEY: "guide.keys.fileNoKey",
  FILE_UNREADABLE: "guide.keys.fileUnreadable",
} as const satisfies Record<string, Key>;

/** Why a file is not taken for a key, and which one is expected. */
export class KeyFileError extends Error {
  constructor(
    readonly reason: keyof typeof words,
    readonly field: string,
    file: string,
  ) {
    super(t(words[reason], { file, field }));
  }
}

/** readKey answers the key in a file, or throws a KeyFileError for its field; what is too long for a key is not read. */
export async function readKey(file: File, field: string): Promise<string> {
  const refusal = (reason: KeyFileError["reason"]) => new KeyFileError(reason, field, file.name);
  if (file.size > longest) throw refusal("FILE_TOO_LONG");
  const bytes = await file.arrayBuffer().catch(() => Promise.reject(refusal("FILE_UNREADABLE"))); // a folder, or gone
  const found = plainText(bytes);
  if (!found?.includes("BEGIN")) throw refusal("FILE_NOT_A_KEY");
  return found;
}
