// Filling a sentence in: {name} is a value, {name:day|days} the word that goes with a number of things.
type Values = Record<string, string | number>;

// What a language calls the forms of a word; of those of English there are two.
const forms: Intl.LDMLPluralRule[] = ["one", "other"];

/** plural is the word for so many things, of forms as day|days. */
export function plural(n: number, words: string, locale: string): string {
  const all = words.split("|");
  const at = forms.indexOf(new Intl.PluralRules(locale).select(n));
  return all[at] ?? all.at(-1) ?? "";
}

/** fill puts values into a sentence of a language. */
export const fill = (sentence: string, values: Values, locale: string) =>
  sentence.replace(/\{(\w+)(?::([^}]+))?\}/g, (whole, name, words) => {
    const value = values[name];
    if (value === undefined) return whole;
    return words ? plural(Number(value), words, locale) : String(value);
  });
