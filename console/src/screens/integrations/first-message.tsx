// The end of the guide: the first real message is waited for and shown arriving.
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { clock } from "../../i18n/time";
import { ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Badge, Card, Failure, Notice, Skeleton } from "../../ui/parts";
import { connectionQuery } from "./queries";

type Event = Schemas["Event"];

// What came in since this was opened. What came before, by whatever connection, tells from when on to look, by the
// clock of the server; while the door cannot tell, it is asked again, since nothing can be seen without it.
function useArrivals(id: string) {
  const earlier = useQuery({
    queryKey: ["events", "before", id],
    queryFn: () => ask(api.GET("/v1/events", { params: { query: { pageSize: 1 } } })),
    staleTime: Infinity,
    gcTime: 0,
    refetchInterval: (query) => (query.state.status === "error" ? 5_000 : false),
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
  return {
    arrived: events.data?.events.filter((e) => e.name !== last?.name),
    error: earlier.error ?? events.error,
    retry: earlier.error ? earlier.refetch : events.refetch,
  };
}

/** Waits for the first real callback and shows it arrive. */
export function FirstMessage({ id }: { id: string }) {
  const zone = useZone();
  const connection = useQuery({ ...connectionQuery(id), refetchInterval: 2_000 });
  const { arrived, error, retry } = useArrivals(id);
  const before = connection.data?.figures?.lastCallbackTime;
  return (
    <Card title={t("first.title")} action={<Sign arrived={(arrived ?? []).length > 0} />}>
      <div className="stack" aria-live="polite">
        {error && <Failure error={error} retry={retry} />}
        {!arrived ? (
          !error && <Skeleton rows={2} />
        ) : arrived.length === 0 ? (
          <>
            <p>{t("first.lead")}</p>
            {before && <p className="small muted">{t("first.before", { time: clock(before, zone, true) })}</p>}
          </>
        ) : (
          <Arrived events={arrived} zone={zone} />
        )}
      </div>
    </Card>
  );
}

function Sign({ arrived }: { arrived: boolean }) {
  if (arrived) return <Badge tone="good">{t("first.arrived")}</Badge>;
  return (
    <span className="row small muted">
      <span className="pulse" aria-hidden="true" />
      {t("first.waiting")}
    </span>
  );
}

function Arrived({ events, zone }: { events: Event[]; zone: string }) {
  return (
    <>
      <ul className="plain stack tight">
        {events.map((e) => (
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
      {events.some((e) => e.reason === "UNLINKED") && (
        <Notice tone="warn" title={t("first.unlinked")}>
          <ButtonLink small to="/settings/employees/senders">
            {t("senders.title")}
          </ButtonLink>
        </Notice>
      )}
      {events.some((e) => e.outcome === "RECORDED") && (
        <Notice tone="good" title={t("first.done")}>
          <ButtonLink small to="/settings/employees">
            {t("nav.employees")}
          </ButtonLink>
        </Notice>
      )}
    </>
  );
}
