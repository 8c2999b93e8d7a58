import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Below so many pixels a table has no room for columns, whatever they hold: 36 ems of 16. */
const least = 576;

/** How wide the table in an element wants the element to be, which wanted so much before; 0 while it fits. */
function wanted(around: HTMLElement, before: number): number {
  const room = around.clientWidth;
  if (room < least) return least;
  if (before > 0) return room < before ? before : 0;
  return around.scrollWidth > room ? around.scrollWidth : 0;
}

/**
 * Whether the table in an element is wider than it. It stays so until there is as much room as the table wanted, since
 * what is shown instead tells no more how wide the table would be.
 */
export function useNarrow(): [RefObject<HTMLDivElement | null>, boolean] {
  const around = useRef<HTMLDivElement>(null);
  const [wants, setWants] = useState(0);
  // Before anything is seen: rows that came may want more room.
  useLayoutEffect(() => {
    if (around.current) setWants(wanted(around.current, wants));
  });
  // The window, the menu beside it, and what comes into a cell later.
  useEffect(() => {
    const element = around.current;
    if (!element?.firstElementChild) return;
    const resized = new ResizeObserver(() => setWants(wanted(element, wants)));
    for (const watched of [element, element.firstElementChild]) resized.observe(watched);
    return () => resized.disconnect();
  }, [wants]);
  return [around, wants > 0];
}
