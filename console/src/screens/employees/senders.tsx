// People who tried to punch and are linked to nobody; one click links the one
// whose address is known, and the directory sync tries everybody.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { Badge, Card, Empty, Failure, PageHead, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { employeesQuery, linksQuery } from "./queries";
import { DirectorySync } from "./sync";

type Sender = Schemas["UnlinkedSender"];
const sendersQuery = {
  queryKey: ["senders"],
  queryFn: async () =>
    (await ask(api.GET("/v1/unlinkedSenders", { params: { query: { pageSize: 200 } } }))).unlinkedSenders,
  refetchInterval: 10_000,
};

export function UnlinkedSenders() {
  const senders = useQuery(sendersQuery);
  const may = useMay();
  return (
    <div className="stack">
      <PageHead
        title={t("senders.title")}
        lead={t("senders.lead")}
        crumbs={[
          { to: "/settings", label: t("nav.settings") },
          { to: "/settings/employees", label: t("nav.employees") },
        ]}
      />
      <Card flush>
        {senders.isPending ? (
          <Skeleton rows={4} />
        ) : senders.error ? (
          <div className="body-pad">
            <Failure error={senders.error} retry={senders.refetch} />
          </div>
        ) : senders.data.length === 0 ? (
          <Empty icon="circleCheck" title={t("senders.none")}>
            {t("senders.noneMore")}
          </Empty>
        ) : (
          <div className="table-wrap">
            <table className="table cards">
              <thead>
                <tr>
                  <th scope="col">{t("senders.who")}</th>
                  <th scope="col">{t("senders.last")}</th>
                  <th scope="col" className="figure">
                    {t("senders.tries")}
                  </th>
                  <th scope="col">{t("senders.employee")}</th>
                </tr>
              </thead>
              <tbody>
                {senders.data.map((s) => (
                  <Row key={s.name} sender={s} write={may("links.write")} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      {may("links.write") && <DirectorySync />}
    </div>
  );
}

function Row({ sender: s, write }: { sender: Sender; write: boolean }) {
  const employees = useQuery(employeesQuery);
  const links = useQuery(linksQuery);
  const queries = useQueryClient();
  const zone = useZone();
  const [chosen, setChosen] = useState(s.suggestedEmployee ?? "");
  const [busy, setBusy] = useState(false);
  const free = (employees.data ?? []).filter(
    (e) => e.state === "ACTIVE" && (!links.data?.has(e.name) || e.name === s.suggestedEmployee),
  );
  const link = async () => {
    setBusy(true);
    try {
      await ask(
        api.POST("/v1/unlinkedSenders/{sender}:link", {
          params: { path: { sender: idOf(s.name) } },
          body: { employee: chosen, replace: s.recreated && chosen === s.suggestedEmployee },
        }),
      );
      say(t("senders.linked"));
      await Promise.all([queries.invalidateQueries({ queryKey: ["senders"] }), queries.invalidateQueries(linksQuery)]);
    } catch (error) {
      say((error as Error).message, "bad");
    }
    setBusy(false);
  };
  const who = s.lineWorksAccountId || s.userId || "";
  return (
    <tr>
      <th scope="row">
        {who}
        {s.recreated && <Badge tone="warn">{t("senders.recreated")}</Badge>}
      </th>
      <td data-label={t("senders.last")} title={moment(s.lastTime, zone)}>
        {ago(s.lastTime)}
      </td>
      <td data-label={t("senders.tries")} className="figure">
        {s.tries}
      </td>
      <td data-label={t("senders.employee")}>
        <span className="row">
          <select
            className="input short"
            aria-label={t("senders.whose", { who })}
            value={chosen}
            disabled={!write}
            onChange={(e) => setChosen(e.target.value)}
          >
            <option value="">{t("senders.choose")}</option>
            {free.map((e) => (
              <option key={e.name} value={e.name}>
                {e.employeeNumber} {e.displayName}
              </option>
            ))}
          </select>
          {write && (
            <Button
              look={s.suggestedEmployee ? "primary" : "secondary"}
              small
              busy={busy}
              disabled={!chosen}
              onClick={link}
            >
              {t("senders.link")}
            </Button>
          )}
          {s.suggestedEmployee && chosen === s.suggestedEmployee && (
            <span className="small muted">{t("senders.suggested")}</span>
          )}
        </span>
      </td>
    </tr>
  );
}
