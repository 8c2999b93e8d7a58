// Words in Japanese and English. Japanese is the source; English must have the
// same keys, which the compiler checks.
import { en } from "./en";
import { fill } from "./fill";
import { ja } from "./ja";

export type Key = keyof typeof ja;
export type Language = "ja" | "en";

const stored = "dakoku.language";
const listeners = new Set<() => void>();
let current: Language = first();

function first(): Language {
  if (typeof localStorage === "undefined") return "ja";
  const chosen = localStorage.getItem(stored);
  if (chosen === "ja" || chosen === "en") return chosen;
  return navigator.language.startsWith("ja") ? "ja" : navigator.language.startsWith("en") ? "en" : "ja";
}

/** The language of the screen. */
export const language = (): Language => current;

/** setLanguage changes the language of everything and remembers it. */
export function setLanguage(next: Language) {
  current = next;
  localStorage.setItem(stored, next);
  document.documentElement.lang = next;
  for (const tell of listeners) tell();
}

/** onLanguage is told of changes; it returns what ends that. */
export function onLanguage(tell: () => void) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** t is a sentence in the language of the screen, with {names} filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill((current === "ja" ? ja : en)[key], values, current);
}

/** listed joins words as the language does. */
export const listed = (words: Iterable<string>) => [...words].join(current === "ja" ? "、" : ", ");

/** word is t for a key that is put together from a value of the API; the value itself when it has no word. */
export function word(group: string, value: string | undefined): string {
  if (!value) return "";
  const key = `${group}.${value}` as Key;
  return key in ja ? t(key) : value;
}
