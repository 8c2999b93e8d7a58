/** Only addresses of this console are gone to after the log-in. */
export const safe = (next: unknown) => (typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/");
