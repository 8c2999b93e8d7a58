// Short news at the edge of the screen, read out politely. What must not be
// missed is never said here alone.
import { useSyncExternalStore } from "react";
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

/** say shows a sentence for some seconds, with a way to undo if there is one. */
export function say(text: string, tone: News["tone"] = "good", undo?: () => void) {
  const id = next++;
  change([...news.slice(-2), { id, text, tone, undo }]);
  setTimeout(() => change(news.filter((n) => n.id !== id)), undo ? 12_000 : 6_000);
}

export function Toasts() {
  const list = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => news,
  );
  const end = (id: number) => change(news.filter((n) => n.id !== id));
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
