// People who tried to punch and are linked to nobody; one click links the one
// whose address is known, and the directory sync tries everybody.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { List } from "../../ui/list";
import { Badge, Empty, PageHead } from "../../ui/parts";
import { say, sayFailure } from "../../ui/toast";
import { employeesQuery, linksQuery } from "./queries";
import { DirectorySync } from "./sync";

type Sender = Schemas["UnlinkedSender"];
const sendersQuery = {
  queryKey: ["senders"],
  queryFn: () =>
    pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/unlinkedSenders", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.unlinkedSenders, nextPageToken: page.nextPageToken };
    }),
  refetchInterval: 10_000,
};

const whoIs = (s: Sender) => s.lineWorksAccountId || s.userId || "";

export function UnlinkedSenders() {
  const senders = useQuery(sendersQuery);
  const may = useMay();
  const zone = useZone();
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
      <List
        source={senders}
        rows={senders.data}
        id={(s) => s.name}
        lines={4}
        step={50}
        empty={
          <Empty icon="circleCheck" title={t("senders.none")}>
            {t("senders.noneMore")}
          </Empty>
        }
        columns={[
          {
            label: t("senders.who"),
            kind: "head",
            cell: (s) => (
              <>
                {whoIs(s)}
                {s.recreated && <Badge tone="warn">{t("senders.recreated")}</Badge>}
              </>
            ),
          },
          { label: t("senders.last"), title: (s) => moment(s.lastTime, zone), cell: (s) => ago(s.lastTime) },
          { label: t("senders.tries"), kind: "figure", cell: (s) => s.tries },
          { label: t("senders.employee"), cell: (s) => <Chooser sender={s} write={may("links.write")} /> },
        ]}
      />
      {may("links.write") && !senders.isPending && <DirectorySync />}
    </div>
  );
}

function Chooser({ sender: s, write }: { sender: Sender; write: boolean }) {
  const employees = useQuery(employeesQuery);
  const links = useQuery(linksQuery);
  const queries = useQueryClient();
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
      sayFailure(error);
    }
    setBusy(false);
  };
  return (
    <span className="row">
      <select
        className="input fixed"
        aria-label={t("senders.whose", { who: whoIs(s) })}
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
          aria-label={t("senders.linkWhom", { who: whoIs(s) })}
        >
          {t("senders.link")}
        </Button>
      )}
      {s.suggestedEmployee && chosen === s.suggestedEmployee && (
        <span className="small muted">{t("senders.suggested")}</span>
      )}
    </span>
  );
}
