// 監査ログ: who did what, from where, and what was before and after.
import { Fragment, useState } from "react";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ja } from "../../i18n/ja";
import { clock, dateIn, day } from "../../i18n/time";
import { Button } from "../../ui/button";
import { DayFilter, Filter } from "../../ui/inputs";
import { Badge, Card, Empty, Failure, PageHead, Skeleton } from "../../ui/parts";
import { useEmployeeNames } from "../employees/queries";
import { Changes } from "./changes";
import { type AuditEvent, type Limits, noLimits, useActors, useAudit } from "./queries";
import { actions, thingName } from "./values";

export function Audit() {
  const [limits, setLimits] = useState(noLimits);
  const zone = useZone();
  const names = useEmployeeNames();
  const audit = useAudit(limits);
  const limit = (more: Partial<Limits>) => setLimits({ ...limits, ...more });
  const list = audit.data?.pages.flatMap((p) => p.auditEvents) ?? [];
  const days = byDay(list, zone);
  return (
    <div className="stack">
      <PageHead
        title={t("audit.title")}
        lead={t("audit.lead")}
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      />
      <Card flush>
        <Limiting limits={limits} limit={limit} names={names} />
        {audit.isPending ? (
          <Skeleton rows={8} />
        ) : audit.error ? (
          <div className="body-pad">
            <Failure error={audit.error} retry={audit.refetch} />
          </div>
        ) : list.length === 0 ? (
          <Empty icon="eye" title={t("audit.none")}>
            {t("audit.noneMore")}
          </Empty>
        ) : (
          <div className="table-wrap">
            <table className="table cards audit">
              <thead>
                <tr>
                  <th scope="col">{t("audit.time")}</th>
                  <th scope="col">{t("audit.actor")}</th>
                  <th scope="col">{t("audit.action")}</th>
                  <th scope="col">{t("audit.change")}</th>
                </tr>
              </thead>
              {days.map(([date, events]) => (
                <tbody key={date}>
                  <tr className="day">
                    <th scope="rowgroup" colSpan={4}>
                      {day(date)}
                    </th>
                  </tr>
                  {events.map((e) => (
                    <Row key={e.name} event={e} only={(resource) => limit({ resource })} />
                  ))}
                </tbody>
              ))}
            </table>
          </div>
        )}
        {audit.hasNextPage && (
          <div className="body-pad">
            <Button wide busy={audit.isFetchingNextPage} onClick={() => audit.fetchNextPage()}>
              {t("list.older")}
            </Button>
          </div>
        )}
      </Card>
    </div>
  );
}

// byDay keeps the order of the list and puts what is of one day together.
function byDay(list: AuditEvent[], zone: string): [string, AuditEvent[]][] {
  const days: [string, AuditEvent[]][] = [];
  for (const e of list) {
    const date = dateIn(new Date(e.eventTime ?? 0), zone);
    const last = days.at(-1);
    if (last?.[0] === date) last[1].push(e);
    else days.push([date, [e]]);
  }
  return days;
}

function Row({ event, only }: { event: AuditEvent; only: (resource: string) => void }) {
  const zone = useZone();
  return (
    <tr>
      <th scope="row" className="nowrap">
        <time dateTime={event.eventTime} title={t("audit.request", { id: event.requestId ?? "" })}>
          {clock(event.eventTime, zone, true)}
        </time>
      </th>
      <td data-label={t("audit.actor")}>
        <Actor event={event} />
      </td>
      <td data-label={t("audit.action")}>{word("auditAction", event.action)}</td>
      <td className="what">
        <Changes event={event} only={only} />
      </td>
    </tr>
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

type Limiter = { limits: Limits; limit: (more: Partial<Limits>) => void; names: (name: string | undefined) => string };

function Limiting({ limits, limit, names }: Limiter) {
  const actors = useActors();
  const choices = [{ value: "", label: t("filter.all") }, ...actions(Object.keys(ja))];
  const some = Object.values(limits).some((x) => x !== "");
  return (
    <div className="row body-pad">
      <DayFilter label={t("filter.from")} value={limits.from} most={limits.to} onChange={(from) => limit({ from })} />
      <DayFilter label={t("filter.to")} value={limits.to} least={limits.from} onChange={(to) => limit({ to })} />
      <Filter label={t("audit.actor")} value={limits.actor} options={actors} onChange={(actor) => limit({ actor })} />
      <Filter
        label={t("audit.action")}
        value={limits.action}
        options={choices}
        onChange={(action) => limit({ action })}
      />
      {some && (
        <Fragment>
          {limits.resource && (
            <Badge tone="info">{t("audit.thing", { name: thingName(limits.resource, names) })}</Badge>
          )}
          <Button small look="quiet" icon="close" onClick={() => limit(noLimits)}>
            {t("filter.clear")}
          </Button>
        </Fragment>
      )}
    </div>
  );
}
