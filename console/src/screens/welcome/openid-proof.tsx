// A proof of identity at the provider, in a window of its own: the screen behind it
// stays as it is, with everything that is typed there.
import { useEffect, useRef, useState } from "react";
import { api, ask } from "../../api/client";
import { type ApiError, asApiError } from "../../api/error";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/parts";
import { keepNext } from "./openid-return";

// The window of the provider comes back to a page of ours that has no opener any
// more; it is known by the state that it brings.
const key = "dakoku.openid.proof";

/** isProof tells whether what the provider sent back is a proof for another window. */
export const isProof = (state: string) => state !== "" && localStorage.getItem(key) === state;

/** tellProof lets the window that waits go on. */
export function tellProof() {
  localStorage.removeItem(key);
  const channel = new BroadcastChannel(key);
  channel.postMessage("proved");
  channel.close();
}

export function ProviderProof({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const [busy, setBusy] = useState(false);
  const [away, setAway] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    const channel = new BroadcastChannel(key);
    channel.onmessage = () => done.current();
    return () => channel.close();
  }, []);
  const leave = async () => {
    setBusy(true);
    setFailure(null);
    const provider = window.open("", "_blank", "popup,width=520,height=720"); // at once, or browsers do not allow it
    try {
      const { authorizationUri = "" } = await ask(
        api.POST("/v1/session:beginOpenIdLogin", { body: { invitation: "", prove: true } }),
      );
      if (provider) {
        localStorage.setItem(key, new URL(authorizationUri).searchParams.get("state") ?? "");
        provider.location.assign(authorizationUri);
        setAway(true);
      } else {
        keepNext(location.pathname + location.search); // without a window of its own; drafts outlive the way
        location.assign(authorizationUri);
      }
    } catch (error) {
      provider?.close();
      setFailure(asApiError(error));
    }
    setBusy(false);
  };
  return (
    <>
      {failure && <Failure error={failure} />}
      <p className="muted small" role="status">
        {away && t("proof.away")}
      </p>
      <div className="buttons">
        <Button look="secondary" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
        <Button look="primary" busy={busy} onClick={leave}>
          {t("proof.again")}
        </Button>
      </div>
    </>
  );
}
