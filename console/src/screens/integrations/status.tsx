// One connection: does it work, what happened lately, and what can be done.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button, ButtonLink, Menu } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Badge, Card, Failure, Notice, PageHead, Segments, Skeleton, Tiles } from "../../ui/parts";
import { say, sayFailure } from "../../ui/toast";
import { HoursChart } from "./chart";
import { Register } from "./connect";
import { ConnectionTest } from "./connection-test";
import { figureTiles } from "./figures";
import { hoursOf } from "./hours";
import { Keys, StagedKeys } from "./keys";
import { RefusedLookUps } from "./lookups";
import { type Connection, connectionQuery, credentialsQuery, integrationsQuery, stateTone } from "./queries";
import { pauseWords } from "./remedy";
import { Rename } from "./rename";
import { Tokens } from "./tokens";
import { Troubles } from "./troubles";

export function ConnectionStatus() {
  const { connection: id = "" } = useParams({ strict: false }) as { connection?: string };
  const connection = useQuery({ ...connectionQuery(id), refetchInterval: 10_000 });
  const write = useMay()("integration.write");
  const crumbs = [
    { to: "/settings", label: t("nav.settings") },
    { to: "/settings/integrations", label: t("nav.integrations") },
  ];
  if (connection.error)
    return (
      <div className="stack">
        <PageHead title={t("status.title")} crumbs={crumbs} />
        <Failure error={connection.error} retry={connection.refetch} />
      </div>
    );
  const c = connection.data;
  if (!c)
    return (
      <div className="stack">
        <PageHead title={t("status.title")} crumbs={crumbs} />
        <Card>
          <Skeleton rows={8} />
        </Card>
      </div>
    );
  return (
    <div className="stack">
      <PageHead
        title={c.displayName}
        lead={<Badge tone={stateTone(c.state)}>{word("connectionState", c.state)}</Badge>}
        crumbs={crumbs}
      >
        {write && <Actions id={id} connection={c} />}
      </PageHead>
      <State id={id} connection={c} write={write} />
      <StagedKeys id={id} />
      <RefusedLookUps connection={c} />
      <Figures connection={c} />
      <Troubles figures={c.figures} />
      <Hours id={id} />
      {write && <Tokens id={id} />}
      <Keys id={id} />
      {c.state !== "DRAFT" && write && (
        <>
          <ConnectionTest id={id} />
          <RegisterV2 id={id} />
        </>
      )}
    </div>
  );
}

// What the state means where it is not what one wants, and the way out for who may take it.
function State({ id, connection: c, write }: { id: string; connection: Connection; write: boolean }) {
  const [activate, busy] = useActivate(id);
  const setup = `/settings/integrations/${id}/setup`;
  if (c.state === "BROKEN")
    return (
      <Notice tone="bad" title={t("status.broken")}>
        <p>{t("status.brokenMore")}</p>
        <p>
          {c.stateMessage} {c.stateRemedy}
        </p>
        {write && (
          <ButtonLink small to={setup}>
            {t("integrations.settings")}
          </ButtonLink>
        )}
      </Notice>
    );
  if (c.state === "DRAFT")
    return (
      <Notice title={t("status.draft")}>
        {write && (
          <ButtonLink small look="primary" to={setup}>
            {t("integrations.continue")}
          </ButtonLink>
        )}
      </Notice>
    );
  if (c.state !== "DISABLED") return null;
  return (
    <Notice tone="warn" title={t("status.stopped")}>
      <p>{t("status.stoppedMore")}</p>
      {write && (
        <p>
          <Button small look="primary" icon="check" busy={busy} onClick={activate}>
            {t("connect.activate")}
          </Button>
        </p>
      )}
    </Notice>
  );
}

// useActivate answers what switches the connection on, and whether that is on its way.
function useActivate(id: string): [() => Promise<void>, boolean] {
  const fresh = useFresh(id);
  const [busy, setBusy] = useState(false);
  const activate = async () => {
    setBusy(true);
    try {
      const params = { path: { connection: id } };
      await ask(api.POST("/v1/connections/{connection}:activate", { params, body: {} }));
      await fresh(t("connect.activated"));
    } catch (error) {
      sayFailure(error);
    }
    setBusy(false);
  };
  return [activate, busy];
}

// useFresh answers what shows a change, and says that it is done.
function useFresh(id: string) {
  const queries = useQueryClient();
  return async (done: string) => {
    await queries.invalidateQueries({ queryKey: ["connection", id] });
    await queries.invalidateQueries(integrationsQuery);
    say(done);
  };
}

// What the test tells people to press; API 1.0 has no such thing.
function RegisterV2({ id }: { id: string }) {
  const { data } = useQuery(credentialsQuery(id));
  return data?.apiVersion === "V2" && <Register id={id} />;
}

function Figures({ connection }: { connection: Connection }) {
  const zone = useZone();
  const f = connection.figures;
  return (
    <>
      {f?.sendingPausedUntilTime && (
        <Notice tone="warn" title={t("status.paused", { time: moment(f.sendingPausedUntilTime, zone) })}>
          {pauseWords(f.sendingPauseReason)}
        </Notice>
      )}
      <Tiles tiles={figureTiles(f, zone)} />
      {(f?.unlinkedSenders ?? 0) > 0 && (
        <Notice tone="warn" title={t("status.unlinked", { n: f?.unlinkedSenders ?? 0 })}>
          <ButtonLink small to="/settings/employees/senders">
            {t("senders.title")}
          </ButtonLink>
        </Notice>
      )}
    </>
  );
}

function Hours({ id }: { id: string }) {
  const [span, setSpan] = useState("1");
  const hours = useQuery({
    queryKey: ["connection", id, "hours", span],
    queryFn: async () => {
      const days = Number(span);
      const params = { path: { connection: id }, query: { hours: hoursOf(days) } };
      return { days, hours: (await ask(api.GET("/v1/connections/{connection}/hours", { params }))).hours };
    },
    placeholderData: (old) => old,
    refetchInterval: 60_000,
  });
  return (
    <Card
      title={t("chart.title")}
      action={
        <Segments
          label={t("chart.span")}
          value={span}
          options={["1", "7", "30"].map((v) => ({ value: v, label: t(`chart.span.${v}` as "chart.span.1") }))}
          onChange={setSpan}
        />
      }
    >
      <div className="stack">
        {hours.error && <Failure error={hours.error} retry={hours.refetch} />}
        {hours.data ? <HoursChart {...hours.data} /> : !hours.error && <Skeleton rows={4} />}
      </div>
    </Card>
  );
}

function Actions({ id, connection: c }: { id: string; connection: Connection }) {
  const [dialog, confirm] = useConfirm();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const params = { path: { connection: id } };
  const fresh = useFresh(id);
  const [activate] = useActivate(id);
  const disable = () =>
    confirm({
      title: t("status.disable"),
      text: t("status.disableText"),
      action: t("status.disable"),
      danger: true,
      run: async () => {
        await ask(api.POST("/v1/connections/{connection}:disable", { params, body: {} }));
        await fresh(t("status.disabled"));
      },
    });
  const remove = () =>
    confirm({
      title: t("status.delete"),
      text: t("status.deleteText", { name: c.displayName }),
      action: t("status.delete"),
      danger: true,
      run: async () => {
        await ask(api.DELETE("/v1/connections/{connection}", { params }));
        queries.removeQueries({ queryKey: ["connection", id] });
        await queries.invalidateQueries(integrationsQuery);
        say(t("status.deleted"));
        await navigate({ to: "/settings/integrations" });
      },
    });
  const on = c.state === "ACTIVE" || c.state === "BROKEN";
  return (
    <>
      {dialog}
      {renaming && <Rename id={id} connection={c} onClose={() => setRenaming(false)} />}
      <ButtonLink to={`/settings/integrations/${id}/setup`} icon="edit">
        {t("integrations.settings")}
      </ButtonLink>
      <Menu label={t("action.more")}>
        <button type="button" className="menu-item" onClick={() => setRenaming(true)}>
          {t("status.rename")}
        </button>
        {on && (
          <button type="button" className="menu-item" onClick={disable}>
            {t("status.disable")}
          </button>
        )}
        {on && (c.state === "BROKEN" || c.figures?.refusedLookUps) && (
          <button type="button" className="menu-item" onClick={activate}>
            {t("connect.activate")}
          </button>
        )}
        {!on && (
          <button type="button" className="menu-item" onClick={remove}>
            {t("status.delete")}
          </button>
        )}
      </Menu>
    </>
  );
}
