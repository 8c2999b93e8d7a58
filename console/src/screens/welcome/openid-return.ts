// What the provider sends the browser back with stands in the address. It is
// taken out at once, so that it stays in no history and no screenshot.
import { safe } from "./safe";

export type ProviderAnswer = { state: string; code: string; issuer: string };

let answer: ProviderAnswer = { state: "", code: "", issuer: "" };

/** readReturn reads the parameters of an address; empty where there are none. */
export function readReturn(search: string): ProviderAnswer {
  const given = new URLSearchParams(search);
  return { state: given.get("state") ?? "", code: given.get("code") ?? "", issuer: given.get("iss") ?? "" };
}

export function takeProviderReturn() {
  if (location.pathname !== "/openid" || location.search === "") return;
  answer = readReturn(location.search);
  history.replaceState(null, "", "/openid");
}

export const providerReturn = () => answer;

/** What people call the provider; the door writes it into the page, empty where there is none. */
export const providerName = () => document.querySelector<HTMLMetaElement>('meta[name="dakoku-openid"]')?.content ?? "";

// Where to go after the log-in has to outlive the way to the provider.
const kept = "dakoku.openid.next";

export const keepNext = (next: string) => sessionStorage.setItem(kept, next);

export function nextKept(): string {
  const next = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return safe(next);
}
