// What comes in the place of what somebody just did takes the focus, as a screen does: a keyboard goes on from it, and a
// screen reader tells that it has come.
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "./icon";
import { signs } from "./parts";

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

type HeadProps = { tone: "info" | "warn"; level: "h2" | "h3"; title: string; children: ReactNode };

/** A notice at the head of what has come: its heading takes the focus, and is described by the rest. */
export function ArrivalNotice({ tone, level: Heading, title, children }: HeadProps) {
  const more = useId();
  return (
    <div className={`notice ${tone}`}>
      <Icon name={signs[tone] ?? "info"} />
      <Heading {...useArrival<HTMLHeadingElement>()} aria-describedby={more}>
        {title}
      </Heading>
      <div id={more}>{children}</div>
    </div>
  );
}
