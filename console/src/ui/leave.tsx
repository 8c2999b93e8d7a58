// Who has typed what no draft brings back is asked before it is lost: secrets, and what stands in a dialog.
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { t } from "../i18n";
import { useConfirm } from "./dialog";
import { forgetSecrets, secretsHeld } from "./draft";

/** useLeaving asks, where secrets are typed and not sent, whether they may be given up; awaited is when Back waits for it. */
export function useLeaving(awaited = false): [ReactNode, () => Promise<boolean>] {
  const [dialog, confirm] = useConfirm();
  const leaves = () =>
    new Promise<boolean>((answer) => {
      if (!secretsHeld()) return answer(true);
      confirm({
        title: t("leave.title"),
        text: t("leave.text"),
        action: t("leave.button"),
        danger: true,
        awaited,
        run: async () => {
          forgetSecrets();
          answer(true);
        },
        otherwise: () => answer(false),
      });
    });
  return [dialog, leaves];
}

/** Leave stands on a screen into which secrets are typed, and asks before another one takes its place. */
export function Leave() {
  const [dialog, leaves] = useLeaving(true);
  useBlocker({
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && !(await leaves()),
    enableBeforeUnload: secretsHeld,
  });
  return dialog;
}

// It asks as Escape does, where something is typed; a dialog that holds whoever is in it stays as it is.
function dismissed(): boolean {
  const last = [...document.querySelectorAll<HTMLDialogElement>("dialog[open]")].at(-1);
  if (last?.dataset.back !== "leaves") return false;
  last.dispatchEvent(new Event("cancel", { cancelable: true }));
  return true;
}

/** useDialogsFirst makes Back, as Escape does, leave the dialog that is open before the screen below it. */
export function useDialogsFirst() {
  useBlocker({
    shouldBlockFn: ({ action }) => action !== "PUSH" && action !== "REPLACE" && dismissed(),
    enableBeforeUnload: false,
  });
}
