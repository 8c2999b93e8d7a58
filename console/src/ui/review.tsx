// 「確認」: what is typed stands once more before it is sent, at a place of its own in the history of the browser, so
// that Back leads from it to the form and not out of it.
import { useLocation, useMatch, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { t } from "../i18n";
import { ArrivalNotice } from "./arrival";
import type { Form } from "./form";

/** Where somebody is beyond the form of a screen. */
export type Step = "review" | "connect";

type Shown = Step | "enter";

declare module "@tanstack/react-router" {
  interface HistoryState {
    step?: Step;
  }
}

type Values = Record<string, unknown>;

/**
 * useReview answers what of a form is shown. Found is what the door found when it was asked; it and the form are held
 * by the screen alone, so that after a reload the form is shown again, and what it lacks is said.
 */
export function useReview<T extends Values, Found>(form: Form<T>) {
  const { history } = useRouter();
  const navigate = useNavigate();
  const step = useStep();
  const [found, setFound] = useState<{ what: Found } | null>(null);
  const shown: Shown = step === "review" && found === null ? "enter" : (step ?? "enter");
  const left = useReturn(form, shown);

  const [cutOff] = useState(step === "review" && form.restored);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what a reload has cut off is looked at
  useEffect(() => {
    if (cutOff) form.inspect();
  }, []);

  const go = (next: Step | undefined, replace = false) => navigate({ to: ".", state: { step: next }, replace });
  const show = async (what: Found) => {
    left();
    setFound({ what });
    if (step !== "review") await go("review");
  };
  /** What was found is of no use any more: the form is shown in the place of the review. */
  const drop = () => setFound(null);
  /** The form for those who type into it: what they change was not looked at. */
  const typing: Form<T> = {
    ...form,
    set: (name, value) => {
      drop();
      form.set(name, value);
    },
    restart: () => {
      drop();
      form.restart();
    },
  };
  return { shown, found: found?.what, show, drop, back: () => history.back(), go, typing };
}

// The address is that of the next screen before this one is gone: until then this one stays where it was.
function useStep(): Step | undefined {
  const own = useMatch({ strict: false, select: (m) => m.pathname });
  const now = useLocation({ select: ({ pathname, state }) => (pathname === own ? (state.step ?? "enter") : "left") });
  const [step, setStep] = useState<Shown>(now === "left" ? "enter" : now);
  if (now !== "left" && now !== step) setStep(now);
  return step === "enter" ? undefined : step;
}

// Whoever returns to the form finds the focus where it was left, or at what was refused meanwhile; without that a
// keyboard begins at the top of the page. Answers what notes the place.
function useReturn<T extends Values>({ element }: Form<T>, shown: Shown) {
  const place = useRef("");
  const before = useRef(shown);
  useEffect(() => {
    const from = before.current;
    before.current = shown;
    if (shown !== "enter" || from === "enter") return;
    const at = document.activeElement;
    // The form itself may have focused its first field, but not what it has to say.
    if (at !== document.body && (at?.role === "alert" || !element.current?.contains(at))) return;
    const seek = (what: string) => element.current?.querySelector<HTMLElement>(what);
    const noted = place.current ? seek(`#${CSS.escape(place.current)}`) : null;
    const form = seek('[aria-invalid="true"]') ?? noted ?? seek("[type=submit]");
    (from === "review" ? form : document.getElementById("main"))?.focus();
  }, [shown, element]);
  return () => {
    const at = document.activeElement;
    place.current = element.current?.contains(at) ? (at?.id ?? "") : "";
  };
}

/** The head of a review, which is read from its beginning. */
export function ReviewHead() {
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which React would take for the effect's end.
    scrollTo({ top: 0 });
  }, []);
  return (
    <ArrivalNotice tone="info" level="h2" title={t("review.title")}>
      {t("review.lead")}
    </ArrivalNotice>
  );
}
