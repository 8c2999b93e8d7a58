// Where an account is logged in: one's own sessions in the profile, those of
// others with the accounts.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Badge, Card, Failure, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { device } from "./device";

type Session = Schemas["Session"];
type Source = { data?: Session[]; error: unknown; refetch: () => unknown };

/** The sessions of an account, each with a button that asks before it ends. */
export function SessionList({ source, end, none }: { source: Source; end: (s: Session) => void; none?: ReactNode }) {
  const zone = useZone();
  if (source.error) return <Failure error={source.error} retry={source.refetch} />;
  if (!source.data) return <Skeleton rows={3} />;
  if (source.data.length === 0) return none;
  return (
    <ul className="plain stack">
      {source.data.map((s) => (
        <li key={s.name} className="row spread">
          <What session={s} facts={facts(s, zone)} />
          {!s.current && (
            <Button
              small
              look="danger-quiet"
              onClick={() => end(s)}
              aria-label={t("sessions.endWhich", { device: device(s.userAgent), facts: facts(s, zone) })}
            >
              {t("sessions.end")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

// What tells one session from another of the same device.
const facts = (s: Session, zone: string) =>
  [s.address, t("sessions.used", { ago: ago(s.useTime) }), t("sessions.since", { time: moment(s.createTime, zone) })]
    .filter(Boolean)
    .join(" · ");

function What({ session: s, facts }: { session: Session; facts: string }) {
  return (
    <span className="grow">
      <span className="row">
        <strong>{device(s.userAgent)}</strong>
        {s.current && <Badge tone="good">{t("sessions.this")}</Badge>}
      </span>
      <span className="small muted block">{facts}</span>
    </span>
  );
}

/** One's own sessions. */
export function OwnSessions() {
  const queries = useQueryClient();
  const [dialog, confirm] = useConfirm();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: () =>
      pages(async (pageToken) => {
        const page = await ask(api.GET("/v1/sessions", { params: { query: { pageSize: 500, pageToken } } }));
        return { items: page.sessions, nextPageToken: page.nextPageToken };
      }),
  });
  const end = (s: Session) =>
    confirm({
      title: t("sessions.endTitle"),
      text: t("sessions.endText", { device: device(s.userAgent) }),
      action: t("sessions.end"),
      danger: true,
      run: async () => {
        await ask(api.DELETE("/v1/sessions/{session}", { params: { path: { session: idOf(s.name) } } }));
        await queries.invalidateQueries({ queryKey: ["sessions"] });
        say(t("sessions.ended"));
      },
    });
  return (
    <Card title={t("sessions.title")}>
      {dialog}
      <SessionList source={sessions} end={end} />
    </Card>
  );
}
