// When the session has expired: log in again over the screen as it is, and what
// was asked for is done after all. Nothing that is typed gets lost.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { api, ask, renewWith } from "../api/client";
import { sessionQuery, useSession } from "../api/session";
import { t } from "../i18n";
import { LogInForm } from "../screens/welcome/log-in-form";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { forgetDrafts } from "../ui/draft";
import { ProofGate } from "./proof";

// A session that was replaced while a request was on its way has not expired.
async function replaced() {
  const response = await fetch("/v1/session").catch(() => null);
  return response?.ok === true;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const queries = useQueryClient();
  const [expired, setExpired] = useState(false);
  const waiting = useRef<{ promise: Promise<void>; done: () => void } | null>(null);

  useEffect(() => {
    renewWith(async () => {
      if (await replaced()) return;
      if (!waiting.current) {
        let done = () => {};
        const promise = new Promise<void>((resolve) => {
          done = resolve;
        });
        waiting.current = { promise, done };
        setExpired(true);
      }
      return waiting.current.promise;
    });
    return () => renewWith(null);
  }, []);

  const again = async () => {
    const fresh = await ask(api.GET("/v1/session"));
    const other = fresh.account?.name !== session.account?.name;
    queries.setQueryData(sessionQuery.queryKey, fresh);
    setExpired(false);
    if (other) {
      location.assign("/"); // somebody else: nothing of the first person may stay
      return;
    }
    waiting.current?.done();
    waiting.current = null;
  };
  const leave = () => {
    forgetDrafts();
    location.assign("/login");
  };
  return (
    <>
      {children}
      <ProofGate />
      {expired && (
        <Dialog title={t("gate.title")}>
          {session.account?.openIdBound ? (
            <p className="muted">{t("gate.openid")}</p>
          ) : (
            <>
              <p className="muted">{t("gate.text")}</p>
              <LogInForm email={session.account?.email} onDone={again} />
            </>
          )}
          <div>
            <Button look="quiet" small onClick={leave}>
              {t("gate.leave")}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
