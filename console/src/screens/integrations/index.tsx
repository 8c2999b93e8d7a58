// 設定 > 外部連携 > 連携サービスの設定
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { Button, ButtonLink } from "../../ui/button";
import { Badge, Card, Failure, Notice, PageHead, Skeleton } from "../../ui/parts";
import { type Connection, integrationsQuery, stateTone } from "./queries";

export { Guide } from "./guide";
export { ConnectionStatus } from "./status";

// A second connection is told apart from the first before somebody names it.
function freeName(connections: Connection[] = []): string {
  const taken = new Set(connections.map((c) => c.displayName));
  const names = ["LINE WORKS", ...connections.map((_, i) => `LINE WORKS ${i + 2}`)];
  return names.find((name) => !taken.has(name)) ?? "LINE WORKS";
}

export function Integrations() {
  const list = useQuery(integrationsQuery);
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const add = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const made = await ask(
        api.POST("/v1/connections", { body: { service: "LINE_WORKS", displayName: freeName(list.data?.connections) } }),
      );
      await queries.invalidateQueries(integrationsQuery);
      await navigate({ to: `/settings/integrations/${idOf(made.name)}/setup` });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="stack">
      <PageHead
        title={t("integrations.title")}
        lead={t("integrations.lead")}
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      />
      {failure !== null && <Failure error={failure} />}
      <Card title={t("integrations.from")} flush>
        {list.isPending && <Skeleton rows={3} />}
        {list.error && (
          <div className="body-pad">
            <Failure error={list.error} retry={list.refetch} />
          </div>
        )}
        {list.data && (
          <ul className="plain services">
            {list.data.offers.map((offer) => (
              <li key={offer.service} className="service">
                <div className="row spread">
                  <div className="named">
                    <span className="logo" aria-hidden="true">
                      LW
                    </span>
                    <div>
                      <h3>{offer.displayName}</h3>
                      <p className="small muted">{t("integrations.lineWorks")}</p>
                    </div>
                  </div>
                  {may("integration.write") && (
                    <Button
                      look={offer.connections === 0 ? "primary" : "secondary"}
                      icon="plus"
                      busy={busy}
                      onClick={add}
                      aria-label={t("integrations.addWhat", { service: offer.displayName })}
                    >
                      {t("integrations.add")}
                    </Button>
                  )}
                </div>
                {list.data.connections
                  .filter((c) => c.service === offer.service)
                  .map((c) => (
                    <Row key={c.name} connection={c} />
                  ))}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {list.data?.connections.length === 0 && (
        <Notice title={t("integrations.firstTitle")}>{t("integrations.first")}</Notice>
      )}
      {list.data?.connections.some((c) => c.state === "ACTIVE") && (
        <Notice tone="good" title={t("integrations.nextTitle")}>
          <p>{t("integrations.next")}</p>
          <p>
            <ButtonLink to="/settings/employees" small>
              {t("nav.employees")}
            </ButtonLink>
          </p>
        </Notice>
      )}
    </div>
  );
}

function Row({ connection: c }: { connection: Connection }) {
  const zone = useZone();
  const write = useMay()("integration.write");
  const id = idOf(c.name);
  const last = c.figures?.lastCallbackTime;
  return (
    <div className="connection">
      <div className="grow">
        <div className="row">
          <span className="strong">{c.displayName}</span>
          <Badge tone={stateTone(c.state)}>{word("connectionState", c.state)}</Badge>
        </div>
        <p className="small muted">
          {last ? (
            <span title={moment(last, zone)}>{t("integrations.lastCallback", { ago: ago(last) })}</span>
          ) : (
            t("integrations.noCallback")
          )}
        </p>
      </div>
      <div className="row">
        {c.state !== "DRAFT" && (
          <ButtonLink to={`/settings/integrations/${id}`} small>
            {t("integrations.status")}
          </ButtonLink>
        )}
        {write && (
          <>
            <ButtonLink
              to={`/settings/integrations/${id}/setup`}
              small
              look={c.state === "DRAFT" ? "primary" : "secondary"}
            >
              {t(c.state === "DRAFT" ? "integrations.continue" : "integrations.settings")}
            </ButtonLink>
            <ButtonLink to={`/settings/integrations/${id}`} hash="tokens" small look="quiet">
              {t("tokens.title")}
            </ButtonLink>
          </>
        )}
        {c.state === "DRAFT" && (
          <ButtonLink to={`/settings/integrations/${id}`} small look="quiet">
            {t("integrations.more")}
          </ButtonLink>
        )}
      </div>
    </div>
  );
}
