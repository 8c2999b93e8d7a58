// Whose window this is. The windows of a browser share one session: who logs in in one of them replaces it for all, and
// the others would act as somebody else without a word.
const key = "dakoku.person";
let mine = "";

/** tellPerson notes for every window whose session the door has told. */
export const tellPerson = (account: string) => localStorage.setItem(key, account);

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

/** onPerson is told when another window has logged somebody in; it returns what ends that. */
export function onPerson(tell: () => void) {
  const heard = (event: StorageEvent) => event.key === key && tell();
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
