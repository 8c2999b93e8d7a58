// The one way to the admin door: typed by its OpenAPI document, in the language
// of the screen, and patient when the session has expired.
import createClient from "openapi-fetch";
import { language } from "../i18n";
import { ApiError } from "./error";
import type { components, paths } from "./schema";

/** The messages of the REST API. */
export type Schemas = components["schemas"];

type Renew = () => Promise<void>;
let renew: Renew | null = null;

/** renewWith sets what asks the person to log in again; null while nobody is logged in. */
export function renewWith(ask: Renew | null) {
  renew = ask;
}

// send repeats a request after the person has logged in again, so that what is
// typed into a form outlives its session.
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiError(0, {});
  }
  if (response.status !== 401 || renew === null) return response;
  const { reason } = new ApiError(401, await response.clone().json());
  if (reason !== "UNAUTHENTICATED") return response;
  await renew();
  return fetch(again);
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

/** pages reads every page of a list, at most `most` pages. */
export async function pages<T>(
  next: (pageToken: string) => Promise<{ items: T[]; nextPageToken?: string }>,
  most = 20,
): Promise<T[]> {
  const all: T[] = [];
  let token = "";
  for (let page = 0; page < most; page++) {
    const { items, nextPageToken } = await next(token);
    all.push(...items);
    if (!nextPageToken) break;
    token = nextPageToken;
  }
  return all;
}

/** The last segment of a resource name: the id used in paths. */
export const idOf = (name: string | undefined) => (name ?? "").split("/").pop() ?? "";
