// What a list is narrowed with stands in the address: whoever comes back to it, loads it anew or hands it on finds the
// list as it was.
import { useMatch, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { readDraft, writeDraft } from "./draft";

type Words = Record<string, string>;

const wait = 300; // browsers take few addresses at once, and a search is typed letter by letter

const listOf = (path: string) => `list.${path}`;

/** keptOf answers how a list was last narrowed, for a screen that leads back to it. */
export const keptOf = (path: string) => readDraft(listOf(path), {}) as never;

/**
 * useKept keeps words, as a search, and how many pages of a list are shown. Usual is what holds where the address says
 * nothing; it must be the same object each time. What narrows a list begins it anew.
 */
export function useKept<T extends Words>(usual: T) {
  const said = useSearch({ strict: false }) as Record<string, unknown>;
  // Its own: the address is that of the next screen before this one is gone.
  const path = useMatch({ strict: false, select: (m) => m.pathname });
  const whole: Words = { ...usual, pages: "1" };
  const told = JSON.stringify(Object.fromEntries(Object.keys(whole).map((k) => [k, String(said[k] ?? whole[k])])));
  const [text, setText] = useState(told);
  useAddress(path, text, told, usual, setText);
  const now = JSON.parse(text) as T & { pages: string };
  useEffect(() => writeDraft(listOf(path), differing(JSON.parse(text), usual)), [path, text, usual]);
  const change = (by: Words) => setText((old) => JSON.stringify({ ...JSON.parse(old), pages: "1", ...by }));
  return {
    kept: now as T,
    keep: (by: Partial<T>) => change(by as Words),
    pages: {
      shown: Math.max(1, Math.floor(Number(now.pages)) || 1),
      show: (n: number) => change({ pages: String(n) }),
    },
  };
}

/** How far a list is shown. */
export type Pages = ReturnType<typeof useKept>["pages"];

const differing = (now: Words, usual: Words) =>
  Object.fromEntries(
    Object.entries(now)
      .filter(([k, v]) => v !== (usual[k] ?? "1"))
      .map(([k, v]) => [k, k === "pages" ? Number(v) : v]), // a text that looks like a number would be quoted
  );

// The address follows what is typed, in its place of the history; and what is shown follows an address that others
// give, as a link to the bare list does.
function useAddress(path: string, text: string, told: string, usual: Words, follow: (told: string) => void) {
  const navigate = useNavigate();
  const router = useRouter();
  const sent = useRef(text);
  const writing = useRef(0);
  useEffect(() => {
    if (text === sent.current) return;
    const write = async () => {
      stop();
      if (router.latestLocation.pathname !== path) return; // another screen is on its way, and the address is its own
      sent.current = text;
      writing.current++;
      const now: Words = JSON.parse(text);
      const none = Object.fromEntries(Object.keys(now).map((k) => [k, undefined]));
      const search = (old: object) => ({ ...old, ...none, ...differing(now, usual) });
      try {
        await navigate({ to: path, search: search as never, replace: true, resetScroll: false });
      } finally {
        writing.current--;
      }
    };
    const timer = setTimeout(write, wait);
    document.addEventListener("focusout", write); // before what was pressed leads elsewhere
    const stop = () => {
      clearTimeout(timer);
      document.removeEventListener("focusout", write);
    };
    return stop;
  }, [path, text, usual, navigate, router]);
  useEffect(() => {
    if (writing.current > 0 || told === sent.current) return;
    sent.current = told;
    follow(told);
  }, [told, follow]);
}
