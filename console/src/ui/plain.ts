// Text out of the bytes of a file that somebody chose.

// What pictures and archives have, and texts have not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they tell what is no text
const control = /[\u0000-\u0008\u000e-\u001f]/;

/** plainText answers the text that bytes are in an encoding; undefined when they are none. */
export function plainText(bytes: ArrayBuffer | Uint8Array, encoding = "utf-8"): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return control.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
