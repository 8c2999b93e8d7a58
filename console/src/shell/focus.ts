// Where the focus goes when what had it is gone. A browser gives it to the body: there a
// keyboard begins anew at the top of the page, and a screen reader says nothing.

const reachable =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)";
const lists = "ul, ol, tbody";
const places = "section, form, fieldset, dialog, main";

// gap is where something was taken away: out of which element, and from between which neighbours.
type Gap = { out: Node; next: Node | null; previous: Node | null };

/**
 * Brings the focus to what stands nearest, whenever what has it is taken away: to the
 * neighbour in a list, to the control of a field, or else to the heading of the place
 * around it. A screen that knows better gives it away itself, and is not disturbed.
 */
export function keepFocus(root: HTMLElement): void {
  let held: Element | null = null;
  document.addEventListener("focusin", (event) => {
    held = event.target instanceof Element ? event.target : null;
  });
  document.addEventListener("focusout", () =>
    queueMicrotask(() => {
      if (held?.isConnected && nobody() && document.hasFocus()) held = null; // given up, not lost
    }),
  );
  new MutationObserver((records) => {
    if (!held || held.isConnected) return;
    const gap = gapOf(held, records);
    held = null;
    // By then whoever knows better has given it away: effects of the screen, and a dialog that closes.
    // Nothing moves below a mouse; a keyboard brings what has the focus into view with the next key.
    if (gap) setTimeout(() => nobody() && nearest(gap)?.focus({ preventScroll: true }), 50);
  }).observe(root, { childList: true, subtree: true });
}

const nobody = () => !document.activeElement || document.activeElement === document.body;

// What was taken away may have been taken out of what was taken away with it: the outermost counts.
function gapOf(held: Element, records: MutationRecord[]): Gap | undefined {
  let gap: Gap | undefined;
  let gone: Node = held;
  for (const { target, removedNodes, nextSibling, previousSibling } of [...records, ...records]) {
    const around = [...removedNodes].find((node) => !node.isConnected && node.contains(gone));
    if (!around) continue;
    gap = { out: target, next: nextSibling, previous: previousSibling };
    gone = target;
    if (target.isConnected) break;
  }
  return gap?.out.isConnected ? gap : undefined;
}

function nearest({ out, next, previous }: Gap): HTMLElement | null {
  let around = out instanceof Element ? out : null;
  for (; around; around = around.parentElement) {
    const found = within(around, next, previous);
    if (found) return found;
  }
  return null;
}

function within(place: Element, ...neighbours: (Node | null)[]): HTMLElement | null {
  if (place.matches(lists)) {
    const items = neighbours.filter((n) => n instanceof Element && n.parentElement === place) as Element[];
    const found = items.map((item) => item.querySelector<HTMLElement>(reachable)).find(Boolean);
    if (found) return found;
  }
  if (place.matches(".field")) return place.querySelector<HTMLElement>(reachable);
  const heading = place.matches(places) ? place.querySelector<HTMLElement>("h1, h2, h3, legend") : null;
  if (heading) heading.tabIndex = -1;
  return heading;
}
