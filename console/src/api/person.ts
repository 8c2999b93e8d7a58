// Whose window this is. The windows of a browser share one session: who logs in in one of them replaces it for all, and
// the others would act as somebody else without a word.
const key = "dakoku.person";
let mine = "";

const listeners = new Set<() => void>();

/** tellPerson notes for every window, this one too, whose session the door has told. */
export function tellPerson(account: string) {
  localStorage.setItem(key, account);
  for (const tell of listeners) tell();
}

/** stayWith says who works in this window; empty while nobody is logged in. */
export function stayWith(account: string) {
  mine = account;
}

/** Whether another window has logged somebody else in meanwhile. */
export function somebodyElse(): boolean {
  if (mine === "") return false;
  const now = localStorage.getItem(key);
  return now !== null && now !== mine;
}

/** onPerson is told when the door has told whose session it is, in any window; it returns what ends that. */
export function onPerson(tell: () => void) {
  const heard = (event: StorageEvent) => event.key === key && tell();
  listeners.add(tell);
  addEventListener("storage", heard);
  return () => {
    listeners.delete(tell);
    removeEventListener("storage", heard);
  };
}
