// Every word of the console in Japanese, by area.
import { attendance } from "./attendance";
import { audit } from "./audit";
import { frame } from "./frame";
import { integrations } from "./integrations";
import { people } from "./people";
import { replies } from "./replies";
import { retention } from "./retention";
import { settings } from "./settings";

export const ja = {
  ...frame,
  ...integrations,
  ...people,
  ...attendance,
  ...replies,
  ...retention,
  ...settings,
  ...audit,
} as const;
