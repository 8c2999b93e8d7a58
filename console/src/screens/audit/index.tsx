// 監査ログ: who did what, from where, and what was before and after.
import type { ReactNode } from "react";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ja } from "../../i18n/ja";
import { moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { DayFilter, Filter, Filters, withDays } from "../../ui/filters";
import { useKept } from "../../ui/kept";
import { List } from "../../ui/list";
import { Badge, Empty, PageHead } from "../../ui/parts";
import { useNamed } from "../employees/queries";
import { Changes } from "./changes";
import { type AuditEvent, type Limits, noLimits, useActors, useAudit, useNames } from "./queries";
import { actions, tailOf, thingName } from "./values";

export function Audit() {
  const { kept, keep: limit } = useKept(noLimits);
  const limits = withDays(kept);
  const zone = useZone();
  const audit = useNamed(useAudit(limits));
  const names = useNames();
  const rows = names && audit.data?.pages.flatMap((p) => p.auditEvents);
  const about = rows?.flatMap((e) => e.changes).find((c) => c.resource === limits.resource);
  return (
    <div className="stack">
      <PageHead
        title={t("audit.title")}
        lead={t("audit.lead")}
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      />
      <Limiting limits={limits} limit={limit}>
        {names && limits.resource && (
          <Badge tone="info">
            {t("audit.thing", { name: thingName(limits.resource, names, about?.employee) })} {tailOf(limits.resource)}
          </Badge>
        )}
      </Limiting>
      <List
        source={audit}
        rows={rows}
        id={(e) => e.name}
        lines={8}
        empty={
          <Empty icon="eye" title={t("audit.none")}>
            {t("audit.noneMore")}
          </Empty>
        }
        foot={
          audit.hasNextPage && (
            <Button wide busy={audit.isFetchingNextPage} onClick={() => audit.fetchNextPage()}>
              {t("list.older")}
            </Button>
          )
        }
        columns={[
          { label: t("audit.time"), kind: "head", nowrap: true, cell: (e) => <When event={e} zone={zone} /> },
          { label: t("audit.actor"), cell: (e) => <Actor event={e} /> },
          { label: t("audit.action"), cell: (e) => word("auditAction", e.action) },
          {
            label: t("audit.change"),
            kind: "broad",
            cell: (e) => names && <Changes event={e} names={names} only={(resource) => limit({ resource })} />,
          },
        ]}
      />
    </div>
  );
}

function When({ event: e, zone }: { event: AuditEvent; zone: string }) {
  return (
    <time dateTime={e.eventTime} title={t("audit.request", { id: e.requestId ?? "" })}>
      {moment(e.eventTime, zone, true)}
    </time>
  );
}

function Actor({ event }: { event: AuditEvent }) {
  const kind = event.actorKind === "ACCOUNT" ? "" : word("auditKind", event.actorKind);
  const name = event.actorName ?? (event.actor ? t("audit.nameGone") : "");
  return (
    <span className="by">
      <span>
        {name && <strong>{name}</strong>} {kind && <Badge tone={name ? "info" : "plain"}>{kind}</Badge>}
      </span>
      {event.address && (
        <span className="small muted">
          <span className="hidden">{t("audit.where")} </span>
          {event.address}
        </span>
      )}
    </span>
  );
}

type Limiter = { limits: Limits; limit: (more: Partial<Limits>) => void; children: ReactNode };

function Limiting({ limits, limit, children }: Limiter) {
  const actors = useActors();
  const choices = [{ value: "", label: t("filter.all") }, ...actions(Object.keys(ja))];
  return (
    <Filters limited={Object.values(limits).some((x) => x !== "")} onClear={() => limit(noLimits)}>
      <DayFilter label={t("filter.from")} value={limits.from} most={limits.to} onChange={(from) => limit({ from })} />
      <DayFilter label={t("filter.to")} value={limits.to} least={limits.from} onChange={(to) => limit({ to })} />
      <Filter label={t("audit.actor")} value={limits.actor} options={actors} onChange={(actor) => limit({ actor })} />
      <Filter
        label={t("audit.action")}
        value={limits.action}
        options={choices}
        onChange={(action) => limit({ action })}
      />
      {children}
    </Filters>
  );
}
