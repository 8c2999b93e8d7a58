// When the session has expired: log in again over the screen as it is, and what
// was asked for is done after all. Nothing that is typed gets lost.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { renewWith } from "../api/client";
import { onPerson, somebodyElse, stayWith, tellPerson } from "../api/person";
import { readSession, type Session, sessionQuery, useSession } from "../api/session";
import { t } from "../i18n";
import { LogInForm } from "../screens/welcome/log-in-form";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { forgetDrafts } from "../ui/draft";
import { ProofGate } from "./proof";

// A session that was replaced while a request was on its way has not expired; where it is somebody else's now, the
// request is held back.
async function replaced() {
  const response = await fetch("/v1/session").catch(() => null);
  if (!response?.ok) return false;
  const { account } = (await response.json()) as Session;
  if (account) tellPerson(account.name);
  return true;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const queries = useQueryClient();
  const [expired, setExpired] = useState(false);
  const [first] = useState(session.account);
  const name = first?.name ?? "";
  const elsewhere = useSyncExternalStore(onPerson, somebodyElse);
  const other = elsewhere || (session.account !== undefined && session.account.name !== name);
  useEffect(() => {
    stayWith(name);
    return () => stayWith("");
  }, [name]);
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
    const fresh = await readSession();
    if (fresh.account?.name !== name) return anew();
    queries.setQueryData(sessionQuery.queryKey, fresh);
    setExpired(false);
    waiting.current?.done();
    waiting.current = null;
  };
  // For somebody else nothing of the first person may stay.
  const anew = () => {
    forgetDrafts();
    location.assign("/");
  };
  const leave = () => {
    forgetDrafts();
    location.assign("/login");
  };
  return (
    <>
      {children}
      <ProofGate />
      {other && (
        <Dialog title={t("gate.otherTitle")}>
          <p>{t("gate.otherText", { name: first?.displayName ?? "" })}</p>
          <div className="buttons">
            <Button look="primary" onClick={anew}>
              {t("gate.other")}
            </Button>
          </div>
        </Dialog>
      )}
      {expired && !other && (
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
