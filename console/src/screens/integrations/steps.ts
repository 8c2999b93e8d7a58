// What is done at LINE WORKS by hand.
import type { Key } from "../../i18n";

/** All that a bot needs in the Developer Console, LINE WORKS Admin and a room; the first two are for one of API 1.0 that is made anew. */
export const botSteps: Key[] = [
  "manual.bot.1",
  "manual.bot.2",
  "manual.bot.3",
  "manual.bot.4",
  "manual.bot.5",
  "manual.bot.6",
  "manual.bot.7",
  "manual.bot.8",
];
