// What comes in the place of what somebody just did takes the focus, as a screen does: a keyboard goes on from it, and a
// screen reader tells that it has come.
import { type ReactNode, useEffect, useRef } from "react";

/** useArrival answers what an element is given that takes the focus when it comes. */
export function useArrival<T extends HTMLElement>() {
  const arrived = useRef<T>(null);
  useEffect(() => arrived.current?.focus({ preventScroll: true }), []);
  return { ref: arrived, tabIndex: -1 };
}

/** A part of a screen that takes the focus when it comes. */
export function Arrival({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section {...useArrival<HTMLElement>()} aria-label={label} className="stack arrival">
      {children}
    </section>
  );
}
