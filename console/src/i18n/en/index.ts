// Every word of the console in English; the compiler checks that none is missing.
import type { ja } from "../ja";
import { attendance } from "./attendance";
import { audit } from "./audit";
import { frame } from "./frame";
import { integrations } from "./integrations";
import { people } from "./people";
import { replies } from "./replies";
import { retention } from "./retention";
import { settings } from "./settings";

export const en: Record<keyof typeof ja, string> = {
  ...frame,
  ...integrations,
  ...people,
  ...attendance,
  ...replies,
  ...retention,
  ...settings,
  ...audit,
};
