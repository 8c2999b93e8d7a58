// The keys of the company's bot, as forms ask for them.
import type { Page } from "@playwright/test";
import { box, type World } from "./world";

/** What the forms call the keys of API 2.0, and what the developer console calls them. */
export const keyFields = [
  ["Client ID", "clientId"],
  ["Client Secret", "clientSecret"],
  ["Service Account", "serviceAccount"],
  ["Private Key", "privateKey"],
  ["Bot ID", "botId"],
  ["Bot Secret", "botSecret"],
] as const;

/** fillKeys types the keys of API 2.0. */
export async function fillKeys(page: Page, keys: Record<string, string>) {
  for (const [label, key] of keyFields) await box(page, label).fill(keys[key] ?? "");
}

/** freeBot takes the connection away from the company's one bot of API 2.0; world.connect makes it anew. */
export async function freeBot(world: World) {
  await world.call("POST", `connections/${world.connection}:disable`, {});
  await world.call("DELETE", `connections/${world.connection}`);
}
