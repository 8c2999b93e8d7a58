// Pages that the door hands out by itself. The browser fetches them, so an expired session would be raw JSON in a tab of
// its own.
import { type ComponentProps, type MouseEvent, useRef } from "react";
import { readSession } from "../api/session";
import { ButtonAnchor } from "./button";
import { sayFailure } from "./toast";

/** A link that looks like a button, to a page of the door. It asks for the session first, and with it for the log-in. */
export function DoorLink(props: ComponentProps<typeof ButtonAnchor>) {
  const step = useRef<"idle" | "asking" | "going">("idle");
  const go = async (event: MouseEvent<HTMLAnchorElement>) => {
    if (step.current === "going") return; // the press below: the browser follows it
    event.preventDefault();
    if (step.current === "asking") return;
    const link = event.currentTarget;
    step.current = "asking";
    try {
      await readSession();
      step.current = "going";
      link.click();
    } catch (error) {
      sayFailure(error);
    } finally {
      step.current = "idle";
    }
  };
  return <ButtonAnchor {...props} onClick={go} />;
}
