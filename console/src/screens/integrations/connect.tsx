// After 「送信」: switch on, register at LINE WORKS, test, and see the first
// message arrive.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { clock } from "../../i18n/time";
import { Button, ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Badge, Card, Failure, Notice, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { ConnectionTest } from "./connection-test";
import { Unproven } from "./keys";
import { Manual } from "./manual";
import { connectionQuery, credentialsQuery, integrationsQuery, stateTone, tokensQuery } from "./queries";
import { botSteps } from "./steps";

export function Connect({ id, back }: { id: string; back: () => void }) {
  const credentials = useQuery(credentialsQuery(id));
  const tokens = useQuery(tokensQuery(id));
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
          <Manual title={t("manual.console")} steps={botSteps} />
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
              <p className="muted">{menu.data.buttons.map((b) => b.label).join("・")}</p>
            </Notice>
          )}
        </div>
        <Manual title={t("manual.byHand")} steps={botSteps.slice(2)} />
      </div>
    </Card>
  );
}

/** Waits for the first real callback and shows it arrive. */
function FirstMessage({ id }: { id: string }) {
  const zone = useZone();
  const connection = useQuery({ ...connectionQuery(id), refetchInterval: 2_000 });
  // What came before, by whatever connection, tells from when on to look, by the clock of the server.
  const earlier = useQuery({
    queryKey: ["events", "before", id],
    queryFn: () => ask(api.GET("/v1/events", { params: { query: { pageSize: 1 } } })),
    staleTime: Infinity,
    gcTime: 0,
  });
  const last = earlier.data?.events[0];
  const events = useQuery({
    queryKey: ["events", "first", id, last?.name],
    queryFn: () => {
      const query = { pageSize: 20, connection: id, startTime: last?.receiveTime };
      return ask(api.GET("/v1/events", { params: { query } }));
    },
    enabled: earlier.isSuccess,
    refetchInterval: 2_000,
  });
  const fresh = (events.data?.events ?? []).filter((e) => e.name !== last?.name);
  const before = connection.data?.figures?.lastCallbackTime;
  return (
    <Card
      title={t("first.title")}
      action={
        fresh.length > 0 ? (
          <Badge tone="good">{t("first.arrived")}</Badge>
        ) : (
          <span className="row small muted">
            <span className="pulse" aria-hidden="true" />
            {t("first.waiting")}
          </span>
        )
      }
    >
      <div className="stack" aria-live="polite">
        {events.isPending ? (
          <Skeleton rows={2} />
        ) : fresh.length === 0 ? (
          <>
            <p>{t("first.lead")}</p>
            {before && <p className="small muted">{t("first.before", { time: clock(before, zone, true) })}</p>}
          </>
        ) : (
          <ul className="plain stack tight">
            {fresh.map((e) => (
              <li key={e.name} className="row">
                <Icon name={e.outcome === "RECORDED" ? "circleCheck" : "info"} />
                <span className="mono">{clock(e.receiveTime, zone, true)}</span>
                <Badge tone={e.outcome === "RECORDED" ? "good" : e.outcome === "REFUSED" ? "warn" : "info"}>
                  {word("outcome", e.outcome)}
                </Badge>
                <span className="small muted">{word("eventReason", e.reason)}</span>
              </li>
            ))}
          </ul>
        )}
        {fresh.some((e) => e.reason === "UNLINKED") && (
          <Notice tone="warn" title={t("first.unlinked")}>
            <ButtonLink small to="/settings/employees/senders">
              {t("senders.title")}
            </ButtonLink>
          </Notice>
        )}
        {fresh.some((e) => e.outcome === "RECORDED") && (
          <Notice tone="good" title={t("first.done")}>
            <ButtonLink small to="/settings/employees">
              {t("nav.employees")}
            </ButtonLink>
          </Notice>
        )}
      </div>
    </Card>
  );
}
