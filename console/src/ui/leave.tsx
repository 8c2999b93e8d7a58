// Who has typed secrets is asked before they are lost: no draft brings them back.
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { t } from "../i18n";
import { useConfirm } from "./dialog";
import { forgetSecrets, secretsHeld } from "./draft";

/** useLeaving asks, where secrets are typed and not sent, whether they may be given up. */
export function useLeaving(): [ReactNode, () => Promise<boolean>] {
  const [dialog, confirm] = useConfirm();
  const leaves = () =>
    new Promise<boolean>((answer) => {
      if (!secretsHeld()) return answer(true);
      confirm({
        title: t("leave.title"),
        text: t("leave.text"),
        action: t("leave.button"),
        danger: true,
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
  const [dialog, leaves] = useLeaving();
  useBlocker({
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && !(await leaves()),
    enableBeforeUnload: secretsHeld,
  });
  return dialog;
}
