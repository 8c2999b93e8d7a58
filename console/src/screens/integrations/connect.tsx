// After 「送信」: switch on, register at LINE WORKS, test, and see the first
// message arrive.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { t, word } from "../../i18n";
import { Button, ButtonLink } from "../../ui/button";
import { Badge, Card, Failure, Notice } from "../../ui/parts";
import { say } from "../../ui/toast";
import { ConnectionTest } from "./connection-test";
import { FirstMessage } from "./first-message";
import { Unproven } from "./keys";
import { Manual } from "./manual";
import { connectionQuery, credentialsQuery, integrationsQuery, stateTone, tokensQuery } from "./queries";
import { botSteps } from "./steps";
import { CallbackUrl } from "./token-step";

export function Connect({ id, back }: { id: string; back: () => void }) {
  const credentials = useQuery(credentialsQuery(id));
  const tokens = useQuery(tokensQuery(id));
  const token = tokens.data?.at(-1);
  const v1 = credentials.data?.apiVersion === "V1";
  if (tokens.data?.length === 0) {
    return (
      <Notice tone="warn" title={t("connect.noToken")}>
        <Button small onClick={back}>
          {t("connect.toToken")}
        </Button>
      </Notice>
    );
  }
  return (
    <>
      <Unproven credentials={credentials.data} />
      <Activate id={id} />
      {v1 ? (
        <Card title={t("connect.botTitle")}>
          <div className="stack">
            {token && <CallbackUrl url={token.callbackUrl} />}
            <Manual title={t("manual.console")} steps={botSteps} />
          </div>
        </Card>
      ) : (
        <Register id={id} />
      )}
      <ConnectionTest id={id} />
      <FirstMessage id={id} />
      <div className="buttons">
        <ButtonLink to={`/settings/integrations/${id}`} look="secondary">
          {t("connect.status")}
        </ButtonLink>
        <Button icon="back" look="quiet" onClick={back}>
          {t("connect.back")}
        </Button>
      </div>
    </>
  );
}

function Activate({ id }: { id: string }) {
  const connection = useQuery(connectionQuery(id));
  const queries = useQueryClient();
  const activate = useMutation({
    mutationFn: () =>
      ask(api.POST("/v1/connections/{connection}:activate", { params: { path: { connection: id } }, body: {} })),
    onSuccess: async (fresh) => {
      queries.setQueryData(connectionQuery(id).queryKey, fresh);
      await queries.invalidateQueries(integrationsQuery);
      say(t("connect.activated"));
    },
  });
  const state = connection.data?.state;
  const on = state === "ACTIVE" || state === "BROKEN";
  return (
    <Card
      title={t("connect.activateTitle")}
      action={<Badge tone={stateTone(state)}>{word("connectionState", state)}</Badge>}
    >
      <div className="stack">
        <p>{t(on ? "connect.isActive" : "connect.activateLead")}</p>
        {activate.error && <Failure error={activate.error} />}
        {!on && (
          <div>
            <Button look="primary" icon="check" busy={activate.isPending} onClick={() => activate.mutate()}>
              {t("connect.activate")}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

/** One click instead of the Developer Console: the callback URL and the buttons. */
export function Register({ id }: { id: string }) {
  const params = { path: { connection: id } };
  const callback = useMutation({
    mutationFn: () => ask(api.POST("/v1/connections/{connection}:registerCallback", { params, body: {} })),
  });
  const menu = useMutation({
    mutationFn: () => ask(api.POST("/v1/connections/{connection}:registerMenu", { params, body: {} })),
  });
  return (
    <Card title={t("register.title")} flush>
      <div className="beside">
        <div className="do">
          <p>{t("register.lead")}</p>
          <div className="buttons">
            <Button look="primary" icon="link" busy={callback.isPending} onClick={() => callback.mutate()}>
              {t("register.callback")}
            </Button>
            <Button icon="list" busy={menu.isPending} onClick={() => menu.mutate()}>
              {t("register.menu")}
            </Button>
          </div>
          {callback.error && <Failure error={callback.error} />}
          {callback.data && (
            <Notice tone="good" title={t("register.done")}>
              <p>{callback.data.message}</p>
              <code className="small">{callback.data.callbackUrl}</code>
            </Notice>
          )}
          {menu.error && <Failure error={menu.error} />}
          {menu.data && (
            <Notice tone="good" title={t("register.done")}>
              <p>{menu.data.message}</p>
            </Notice>
          )}
        </div>
        <Manual title={t("manual.byHand")} steps={botSteps.slice(2)} />
      </div>
    </Card>
  );
}
