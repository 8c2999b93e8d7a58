// 外部連携 > APIトークン: the tokens stay readable here, and two may live at once.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button, CopyField } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Card, Empty, Failure, Skeleton } from "../../ui/parts";
import { say, sayFailure } from "../../ui/toast";
import { tokensQuery } from "./queries";

// The end of a token tells it from the other one, also of the same minute.
const tail = (token: string) => token.slice(-4);

/** The tokens of a connection, for who may change it: nobody else is shown them. */
export function Tokens({ id }: { id: string }) {
  const tokens = useQuery(tokensQuery(id));
  const queries = useQueryClient();
  const zone = useZone();
  const [dialog, confirm] = useConfirm();
  const [busy, setBusy] = useState(false);
  const issue = async () => {
    setBusy(true);
    try {
      await ask(api.POST("/v1/connections/{connection}/tokens", { params: { path: { connection: id } }, body: {} }));
      await queries.invalidateQueries(tokensQuery(id));
    } catch (error) {
      sayFailure(error);
    }
    setBusy(false);
  };
  const revoke = (token: string) =>
    confirm({
      title: t("tokens.revoke"),
      text: t("tokens.revokeText"),
      action: t("tokens.revoke"),
      danger: true,
      run: async () => {
        await ask(
          api.DELETE("/v1/connections/{connection}/tokens/{token}", { params: { path: { connection: id, token } } }),
        );
        await queries.invalidateQueries(tokensQuery(id));
        say(t("tokens.revoked"));
      },
    });
  // The list of connections leads here.
  const place = useRef<HTMLDivElement>(null);
  const wanted = useRouterState({ select: (s) => s.location.hash }) === "tokens";
  useEffect(() => {
    if (wanted && !tokens.isPending) place.current?.scrollIntoView();
  }, [wanted, tokens.isPending]);
  return (
    <div id="tokens" ref={place}>
      <Card
        title={t("tokens.title")}
        action={
          (tokens.data?.length ?? 2) < 2 && (
            <Button small icon="key" busy={busy} onClick={issue}>
              {t("guide.token.issue")}
            </Button>
          )
        }
      >
        {dialog}
        {tokens.isPending ? (
          <Skeleton rows={3} />
        ) : tokens.error ? (
          <Failure error={tokens.error} retry={tokens.refetch} />
        ) : tokens.data.length === 0 ? (
          <Empty icon="key" title={t("tokens.none")}>
            {t("tokens.noneMore")}
          </Empty>
        ) : (
          <div className="stack">
            <p className="small muted">{t("tokens.lead")}</p>
            {tokens.data.map((token) => (
              <div key={token.name} className="stack tight">
                <CopyField value={token.token} label={t("tokens.which", { tail: tail(token.token) })} />
                <CopyField value={token.callbackUrl} label={t("tokens.urlWhich", { tail: tail(token.token) })} />
                <div className="row spread">
                  <span className="small muted">
                    {t("guide.token.issued", { time: moment(token.createTime, zone) })}
                  </span>
                  <Button
                    small
                    look="danger-quiet"
                    icon="trash"
                    onClick={() => revoke(idOf(token.name))}
                    aria-label={t("tokens.revokeWhich", { tail: tail(token.token) })}
                  >
                    {t("tokens.revoke")}
                  </Button>
                </div>
              </div>
            ))}
          </div>
        )}
      </Card>
    </div>
  );
}
