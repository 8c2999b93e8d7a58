// People who tried to punch and are linked to nobody; one is proposed whose
// address is known, and the directory sync tries everybody.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useLimited, useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Choices, Picker } from "../../ui/filters";
import { List } from "../../ui/list";
import { Badge, Empty, PageHead } from "../../ui/parts";
import { say } from "../../ui/toast";
import { type Employee, employeesQuery, linksQuery, seek } from "./queries";
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

// What stands for an employee where one is chosen; numbers are nobody else's.
const called = (e: Employee) => `${e.employeeNumber} ${e.displayName}`;
const fieldOf = (s: Sender | undefined) => s && `employee-of-${idOf(s.name)}`;

export function UnlinkedSenders() {
  const senders = useQuery(sendersQuery);
  const employees = useQuery(employeesQuery);
  const links = useQuery(linksQuery);
  const may = useMay();
  const limited = useLimited(); // the directory concerns everybody
  const zone = useZone();
  const choices = useId();
  const [dialog, link] = useLinking(senders.data ?? []);
  const waits = senders.isPending || employees.isLoading || links.isLoading;
  const active = (employees.data ?? []).filter((e) => e.state === "ACTIVE");
  const free = active.filter((e) => !links.data?.has(e.name));
  return (
    <div className="stack">
      {dialog}
      <Choices id={choices} texts={free.map(called)} />
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
        rows={waits ? undefined : senders.data}
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
          {
            label: t("senders.employee"),
            cell: (s) => {
              const suggested = active.find((e) => e.name === s.suggestedEmployee);
              const offered = suggested && !free.includes(suggested) ? [suggested, ...free] : free;
              return (
                <Chooser
                  sender={s}
                  suggested={suggested}
                  offered={offered}
                  choices={choices}
                  link={may("links.write") ? link : undefined}
                />
              );
            },
          },
        ]}
      />
      {may("links.write") && !limited && !waits && <DirectorySync />}
    </div>
  );
}

type Link = (sender: Sender, employee: Employee) => void;

// useLinking asks before it links. Its row is gone then: the focus goes to the one that took its place.
function useLinking(senders: Sender[]) {
  const queries = useQueryClient();
  const [dialog, confirm] = useConfirm();
  const [next, setNext] = useState<string>();
  useEffect(() => {
    if (dialog || next === undefined) return;
    document.getElementById(next)?.focus();
    setNext(undefined);
  }, [dialog, next]);
  const link: Link = (s, employee) =>
    confirm({
      title: t("senders.linkWhom", { who: whoIs(s) }),
      text: t("senders.linkText", { who: whoIs(s), employee: called(employee) }),
      action: t("senders.link"),
      run: async () => {
        await ask(
          api.POST("/v1/unlinkedSenders/{sender}:link", {
            params: { path: { sender: idOf(s.name) } },
            body: { employee: employee.name, replace: s.recreated && employee.name === s.suggestedEmployee },
          }),
        );
        const at = senders.findIndex((x) => x.name === s.name);
        setNext(fieldOf(senders[at + 1] ?? senders[at - 1]));
        say(t("senders.linked"));
        await Promise.all([queries.invalidateQueries(sendersQuery), queries.invalidateQueries(linksQuery)]);
      },
    });
  return [dialog, link] as const;
}

type ChooserProps = { sender: Sender; suggested?: Employee; offered: Employee[]; choices: string; link?: Link };

function Chooser({ sender: s, suggested, offered, choices, link }: ChooserProps) {
  const [typed, setTyped] = useState<string>();
  const [asked, setAsked] = useState(false);
  const text = typed ?? (suggested ? called(suggested) : "");
  const chosen = chosenOf(offered, text);
  return (
    <span className="row">
      <Picker
        id={fieldOf(s)}
        label={t("senders.whose", { who: whoIs(s) })}
        placeholder={t("senders.choose")}
        choices={choices}
        value={text}
        problem={asked && !chosen ? t("senders.nobody") : ""}
        disabled={!link}
        onChange={(to) => {
          setTyped(to);
          setAsked(false);
        }}
      />
      {link && (
        <Button
          look={suggested ? "primary" : "secondary"}
          small
          onClick={() => {
            setAsked(true);
            if (chosen) link(s, chosen);
            else document.getElementById(fieldOf(s) ?? "")?.focus();
          }}
          aria-label={t("senders.linkWhom", { who: whoIs(s) })}
        >
          {t("senders.link")}
        </Button>
      )}
      {suggested && chosen === suggested && <span className="small muted">{t("senders.suggested")}</span>}
    </span>
  );
}

// Who was chosen: the one who is called so, or the only one who has what was typed.
function chosenOf(offered: Employee[], text: string): Employee | undefined {
  if (text.trim() === "") return undefined;
  const has = seek(text);
  const found = offered.filter((e) => has(called(e)));
  return found.find((e) => called(e) === text) ?? (found.length === 1 ? found[0] : undefined);
}
