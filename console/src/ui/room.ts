import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Below so many pixels a table has no room for columns, whatever they hold: 36 ems of 16. */
const least = 576;

/** What a scroll bar takes away that may come with the columns: without it, they would come and go for ever. */
const bar = 24;

// Whether the columns are wider than their element. Of cards they come back to be measured, and nobody sees them.
const overflows = (around: HTMLElement) => around.scrollWidth > around.clientWidth;
function wouldOverflow(around: HTMLElement): boolean {
  const { style, firstElementChild: table } = around;
  const before = style.cssText;
  style.maxWidth = `${around.clientWidth - bar}px`;
  style.minHeight = `${around.offsetHeight}px`; // or whoever is far down the page would be moved up
  table?.classList.replace("narrow", "wide");
  const found = overflows(around);
  table?.classList.replace("wide", "narrow");
  style.cssText = before;
  return found;
}

/** Whether the table in an element, which is shown as cards or not, has no room for its columns. */
function tooWide(around: HTMLElement, cards: boolean): boolean {
  if (around.clientWidth < least) return true;
  return cards ? wouldOverflow(around) : overflows(around);
}

/** Whether the table in an element is wider than it, with the rows that it has at present. */
export function useNarrow(): [RefObject<HTMLDivElement | null>, boolean] {
  const around = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState(false);
  // Before anything is seen: rows that came may want more room, and those that went may have wanted it all.
  useLayoutEffect(() => {
    if (around.current) setNarrow(tooWide(around.current, narrow));
  });
  // The window, the menu beside it, and what comes into a cell later.
  useEffect(() => {
    const element = around.current;
    if (!element?.firstElementChild) return;
    const resized = new ResizeObserver(() => setNarrow(tooWide(element, narrow)));
    for (const watched of [element, element.firstElementChild]) resized.observe(watched);
    return () => resized.disconnect();
  }, [narrow]);
  return [around, narrow];
}
