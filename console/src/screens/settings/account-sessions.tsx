// Where somebody else is logged in, for who must log a lost device out.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { say } from "../../ui/toast";
import { device } from "../profile/device";
import { SessionList } from "../profile/sessions";
import { sessionsQuery } from "./queries";

/** Lists the sessions of an account and ends one or all of them. */
export function AccountSessions({ account, onClose }: { account: Schemas["Account"]; onClose: () => void }) {
  const id = idOf(account.name);
  const queries = useQueryClient();
  const [dialog, confirm] = useConfirm();
  const sessions = useQuery(sessionsQuery(account.name));
  const ended = async (said: string) => {
    await queries.invalidateQueries(sessionsQuery(account.name));
    say(said);
  };
  const endOne = (s: Schemas["Session"]) =>
    confirm({
      title: t("sessions.endTitle"),
      text: t("sessions.endTextOf", { name: account.displayName, device: device(s.userAgent) }),
      action: t("sessions.end"),
      danger: true,
      run: async () => {
        const path = { account: id, session: idOf(s.name) };
        await ask(api.DELETE("/v1/accounts/{account}/sessions/{session}", { params: { path } }));
        await ended(t("sessions.ended"));
      },
    });
  const endAll = () =>
    confirm({
      title: t("sessions.endAllTitle"),
      text: t("sessions.endAllText", { name: account.displayName }),
      action: t("sessions.endAll"),
      danger: true,
      run: async () => {
        await ask(api.DELETE("/v1/accounts/{account}/sessions", { params: { path: { account: id } } }));
        await ended(t("sessions.endedAll"));
      },
    });
  return (
    <Dialog title={t("sessions.titleOf", { name: account.displayName })} wide onClose={onClose}>
      {dialog}
      <SessionList source={sessions} end={endOne} none={<p className="muted">{t("sessions.none")}</p>} />
      <div className="buttons">
        {(sessions.data?.length ?? 0) > 1 && (
          <Button look="danger-quiet" onClick={endAll}>
            {t("sessions.endAll")}
          </Button>
        )}
        <Button onClick={onClose}>{t("action.close")}</Button>
      </div>
    </Dialog>
  );
}
