// Every accepted callback with what became of it, and why it was no punch.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, idOf } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { clock, dateIn, shortDay } from "../../i18n/time";
import { Button } from "../../ui/button";
import { Filter } from "../../ui/inputs";
import { Badge, Card, Empty, Failure, PageHead, Skeleton, type Tone } from "../../ui/parts";
import { employeesQuery, useEmployeeNames } from "../employees/queries";

const outcomes = ["RECORDED", "REFUSED", "IGNORED", "QUARANTINED", "PENDING"] as const;
const tone = (o: string | undefined): Tone =>
  (({ RECORDED: "good", REFUSED: "warn", QUARANTINED: "bad", PENDING: "info" })[o ?? ""] as Tone) ?? "plain";

export function Events() {
  const [outcome, setOutcome] = useState("");
  const [employee, setEmployee] = useState("");
  const zone = useZone();
  const names = useEmployeeNames();
  const employees = useQuery(employeesQuery);
  const events = useInfiniteQuery({
    queryKey: ["events", outcome, employee],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/v1/events", {
          params: {
            query: {
              pageSize: 50,
              pageToken: pageParam,
              ...(outcome ? { outcome: outcome as "RECORDED" } : {}),
              ...(employee ? { employee } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextPageToken || undefined,
    refetchInterval: (q) => ((q.state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
  const list = events.data?.pages.flatMap((p) => p.events) ?? [];
  return (
    <div className="stack">
      <PageHead title={t("events.title")} lead={t("events.lead")} />
      <Card flush>
        <div className="row body-pad">
          <Filter
            label={t("events.outcome")}
            value={outcome}
            onChange={setOutcome}
            options={[
              { value: "", label: t("filter.all") },
              ...outcomes.map((o) => ({ value: o, label: word("outcome", o) })),
            ]}
          />
          <Filter
            label={t("employee.title")}
            value={employee}
            onChange={setEmployee}
            options={[
              { value: "", label: t("filter.all") },
              ...(employees.data ?? []).map((e) => ({ value: e.name, label: `${e.employeeNumber} ${e.displayName}` })),
            ]}
          />
        </div>
        {events.isPending ? (
          <Skeleton rows={8} />
        ) : events.error ? (
          <div className="body-pad">
            <Failure error={events.error} retry={events.refetch} />
          </div>
        ) : list.length === 0 ? (
          <Empty icon="list" title={t("events.none")}>
            {t("events.noneMore")}
          </Empty>
        ) : (
          <div className="table-wrap">
            <table className="table cards">
              <thead>
                <tr>
                  <th scope="col">{t("events.time")}</th>
                  <th scope="col">{t("events.outcome")}</th>
                  <th scope="col">{t("events.reason")}</th>
                  <th scope="col">{t("employee.title")}</th>
                  <th scope="col">{t("events.room")}</th>
                  <th scope="col" className="figure">
                    {t("events.deliveries")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((e) => {
                  const at = e.issuedTime ?? e.receiveTime ?? "";
                  const id = idOf(e.employee);
                  return (
                    <tr key={e.name}>
                      <th scope="row" className="nowrap">
                        {shortDay(dateIn(new Date(at), zone))} {clock(at, zone, true)}
                      </th>
                      <td data-label={t("events.outcome")}>
                        <Badge tone={tone(e.outcome)}>{word("outcome", e.outcome)}</Badge>
                      </td>
                      <td data-label={t("events.reason")}>{word("eventReason", e.reason)}</td>
                      <td data-label={t("employee.title")}>
                        {id && <Link to={`/timesheets/${id}`}>{names(e.employee) || id}</Link>}
                      </td>
                      <td data-label={t("events.room")}>{word("room", e.roomKind)}</td>
                      <td data-label={t("events.deliveries")} className="figure">
                        {e.deliveries}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
        {events.hasNextPage && (
          <div className="body-pad">
            <Button wide busy={events.isFetchingNextPage} onClick={() => events.fetchNextPage()}>
              {t("list.older")}
            </Button>
          </div>
        )}
      </Card>
    </div>
  );
}
