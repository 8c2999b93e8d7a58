// Short news at the edge of the screen, read out politely. What must not be
// missed is never said here alone. News that can be undone and bad news stay
// until they are closed; the rest goes by itself, but not from under the pointer
// or the focus (WCAG 2.2.1).
import { useSyncExternalStore } from "react";
import { asApiError } from "../api/error";
import { t } from "../i18n";
import { Icon } from "./icon";

type News = { id: number; text: string; tone: "good" | "bad"; undo?: () => void };
let news: News[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(list: News[]) {
  news = list;
  for (const tell of listeners) tell();
}

const end = (id: number) => change(news.filter((n) => n.id !== id));

// go ends news later, and not while somebody is at it.
function go(id: number, after: number) {
  setTimeout(() => (document.querySelector(".toasts:is(:hover, :focus-within)") ? go(id, 1_000) : end(id)), after);
}

/** say shows a sentence for some seconds, or, with a way to undo, until it is closed or the next thing can be undone. */
export function say(text: string, tone: News["tone"] = "good", undo?: () => void) {
  const id = next++;
  const undoable = undo ? [] : news.filter((n) => n.undo);
  const bad = news.filter((n) => !n.undo && n.tone === "bad" && n.text !== text);
  const good = news.filter((n) => !n.undo && n.tone === "good").slice(-2);
  change([...undoable, ...bad, ...good, { id, text, tone, undo }]);
  if (!undo && tone === "good") go(id, 6_000);
}

/** sayFailure tells why something was not done, where no form could. */
export const sayFailure = (error: unknown) => say(asApiError(error).text, "bad");

/** hush takes all news away, at log-out. */
export const hush = () => change([]);

export function Toasts() {
  const list = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => news,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((n) => (
        <div className="toast" key={n.id}>
          <Icon name={n.tone === "bad" ? "alert" : "circleCheck"} />
          <p>{n.text}</p>
          {n.undo && (
            <button
              type="button"
              className="button small"
              onClick={() => {
                n.undo?.();
                end(n.id);
              }}
            >
              {t("action.undo")}
            </button>
          )}
          <button type="button" className="button icon small" aria-label={t("action.close")} onClick={() => end(n.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
