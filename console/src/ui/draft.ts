// Drafts: what somebody changed of what was loaded, kept beyond a reload until it
// is sent. What nobody touched is not in a draft, so that it comes fresh and what
// others changed meanwhile is not overwritten.
type Group = Record<string, unknown>;

const draftKey = (name: string) => `dakoku.draft.${name}`;

const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What makes one value of the other, undefined when they are the same: of groups field by field, of lists as a whole. */
export function changeOf(from: unknown, to: unknown): unknown {
  if (!isGroup(from) || !isGroup(to)) return JSON.stringify(from) === JSON.stringify(to) ? undefined : to;
  const changes = Object.entries(to)
    .map(([field, value]) => [field, changeOf(from[field], value)] as const)
    .filter(([, change]) => change !== undefined);
  return changes.length > 0 ? Object.fromEntries(changes) : undefined;
}

/** A value with a change made to it. */
export function withChange(value: unknown, change: unknown): unknown {
  if (change === undefined) return value;
  if (!isGroup(value) || !isGroup(change)) return change;
  const fields = Object.entries(change).map(([field, part]) => [field, withChange(value[field], part)]);
  return { ...value, ...Object.fromEntries(fields) };
}

/** readDraft answers what was changed of the values that are loaded now. */
export function readDraft<T extends Group>(name: string | undefined, loaded: T): Partial<T> {
  if (!name) return {};
  try {
    const kept = JSON.parse(sessionStorage.getItem(draftKey(name)) ?? "{}");
    return isGroup(kept) ? ((changeOf(loaded, withChange(loaded, kept)) ?? {}) as Partial<T>) : {};
  } catch {
    return {};
  }
}

/** writeDraft keeps what was changed; nothing is kept of nothing. */
export function writeDraft(name: string, changes: Group) {
  if (Object.keys(changes).length === 0) sessionStorage.removeItem(draftKey(name));
  else sessionStorage.setItem(draftKey(name), JSON.stringify(changes));
}

// Secrets are for no store. Here they outlive a form that is drawn anew, as in another language, and no reload.
const secrets = new Map<string, Group>();

/** readSecrets answers the secrets that were typed into the form of a draft since the page was loaded. */
export const readSecrets = (name: string | undefined): Group => secrets.get(name ?? "") ?? {};

/** holdSecrets keeps the secrets of a form in memory; nothing is kept of nothing. */
export function holdSecrets(name: string, typed: Group) {
  if (Object.keys(typed).length === 0) secrets.delete(name);
  else secrets.set(name, typed);
}

/** Whether there are secrets that would have to be typed again. */
export const secretsHeld = () => secrets.size > 0;

const holders = new Set<() => void>();

/** onForget is called when secrets are given up, by whoever shows them still; it answers what ends that. */
export function onForget(holder: () => void): () => void {
  holders.add(holder);
  return () => {
    holders.delete(holder);
  };
}

/** forgetSecrets gives up what was typed, when somebody leaves the form; the form may stand until the next screen has come. */
export function forgetSecrets() {
  secrets.clear();
  for (const tell of holders) tell();
}

/** forgetDrafts removes everything that was typed and not sent, when its person leaves. */
export function forgetDrafts() {
  forgetSecrets();
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(draftKey(""))) sessionStorage.removeItem(key);
  }
}

const ownerKey = "dakoku.draftsOf";

/** draftsOf says who is here: what somebody else had typed in this window is not for them. */
export function draftsOf(account: string) {
  if (sessionStorage.getItem(ownerKey) !== account) forgetDrafts();
  sessionStorage.setItem(ownerKey, account);
}
