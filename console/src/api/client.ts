// The one way to the admin door: typed by its OpenAPI document, in the language
// of the screen, and patient when the session has expired.
import createClient from "openapi-fetch";
import { language } from "../i18n";
import { ApiError } from "./error";
import { somebodyElse } from "./person";
import type { components, paths } from "./schema";

/** The messages of the REST API. */
export type Schemas = components["schemas"];

type Renew = () => Promise<void>;
let renew: Renew | null = null;

/** renewWith sets what asks the person to log in again; null while nobody is logged in. */
export function renewWith(ask: Renew | null) {
  renew = ask;
}

type Prove = () => Promise<boolean>;
let proof: Prove | null = null;

/** proveWith sets what asks the person for a proof of identity; null while nobody is logged in. */
export function proveWith(ask: Prove | null) {
  proof = ask;
}

/** prove asks for a proof of identity; false when the person would rather not. */
export const prove: Prove = async () => (proof ? proof() : false);

async function sent(request: Request): Promise<Response> {
  // As somebody else nothing is sent: the window says so, and there is no other way on than to load it anew.
  if (somebodyElse() && new URL(request.url).pathname !== "/v1/session") return new Promise(() => {});
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiError(0, {});
  }
}

// send repeats a request after the person has logged in again, or has proved to be
// there, so that what is typed into a form outlives its session and its proof. A
// mere look asks nobody: its screen says what is missing and offers the proof.
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await sent(request);
  if (response.status !== 401 && response.status !== 403) return response;
  const { reason } = new ApiError(
    response.status,
    await response
      .clone()
      .json()
      .catch(() => null), // of a proxy that refuses in its own words
  );
  if (reason === "UNAUTHENTICATED" && renew !== null) {
    await renew();
    return sent(again);
  }
  if (reason === "PROOF_REQUIRED" && request.method !== "GET" && (await prove())) return sent(again);
  return response;
}

/** The typed client. Use it within `ask`, which turns refusals into ApiError. */
export const api = createClient<paths>({ baseUrl: "/", fetch: send });

api.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", language());
    return request;
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** ask waits for an answer and throws an ApiError for a refusal. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ApiError(response.status, error, response.headers.get("X-Request-Id") ?? "");
  return data as T;
}

type Page<T> = { items: T[]; nextPageToken?: string };

/** pages reads every page of a list to its end, so that no row is left out without a word. */
export async function pages<T>(next: (pageToken: string) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined = "";
  do {
    const page: Page<T> = await next(token);
    all.push(...page.items);
    token = page.nextPageToken;
  } while (token);
  return all;
}

/** The last segment of a resource name: the id used in paths. */
export const idOf = (name: string | undefined) => (name ?? "").split("/").pop() ?? "";
