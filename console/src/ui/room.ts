import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Below so many pixels a table has no room for columns, whatever they hold: 36 ems of 16. */
const least = 576;

/**
 * Whether the table in an element is wider than it. It stays so until there is as much room as the table wanted, since
 * what is shown instead tells no more how wide the table would be. `of` is what the table shows.
 */
export function useNarrow(of: unknown): [RefObject<HTMLDivElement | null>, boolean] {
  const around = useRef<HTMLDivElement>(null);
  const [wants, setWants] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows want another width
  useLayoutEffect(() => {
    const element = around.current;
    if (!element) return;
    const look = () =>
      setWants((before) => {
        const room = element.clientWidth;
        if (room < least) return least;
        if (before > 0) return room < before ? before : 0;
        return element.scrollWidth > room ? element.scrollWidth : 0;
      });
    look();
    const resized = new ResizeObserver(look);
    resized.observe(element);
    return () => resized.disconnect();
  }, [of, wants]);
  return [around, wants > 0];
}
