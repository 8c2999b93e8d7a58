// 設定 > 従業員 > 従業員一覧
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { idOf } from "../../api/client";
import { useMay } from "../../api/session";
import { t, word } from "../../i18n";
import { ButtonLink } from "../../ui/button";
import { Filter, Search } from "../../ui/filters";
import { useKept } from "../../ui/kept";
import { List } from "../../ui/list";
import { Badge, PageHead } from "../../ui/parts";
import { Nobody, NobodyFound } from "./nobody";
import {
  type AccountLink,
  type Employee,
  employeesQuery,
  linksQuery,
  seek,
  useConnected,
  useUnconfirmed,
} from "./queries";

export { EditEmployee, NewEmployee } from "./edit";
export { ImportEmployees } from "./import";
export { UnlinkedSenders } from "./senders";

// LINE WORKS is asked about an account soon after it was entered; until it has named its person nobody knows whether
// there is one.
const soon = (link: AccountLink) => Date.now() - Date.parse(link.createTime ?? "") < 120_000;

const usual = { q: "", state: "ACTIVE" };

export function Employees() {
  const employees = useQuery(employeesQuery);
  const may = useMay();
  const connected = useConnected();
  const unconfirmed = useUnconfirmed();
  const links = useQuery({
    ...linksQuery,
    enabled: may("links.read"),
    refetchInterval: (q) => [...(q.state.data?.values() ?? [])].some((l) => unconfirmed(l) && soon(l)) && 5_000,
  });
  const { kept, keep, pages } = useKept(usual);
  const { q: text, state } = kept;
  const all = employees.data ?? [];
  const linked = (e: Employee) => links.data?.get(e.name)?.lineWorksAccountId ?? "";
  const has = seek(text);
  const found = all.filter((e) => {
    if (state === "UNLINKED" ? e.state !== "ACTIVE" || linked(e) !== "" : state !== "ALL" && e.state !== state)
      return false;
    return has(e.employeeNumber, e.displayName, e.email, e.department, linked(e));
  });
  const write = may("employees.write");
  return (
    <div className="stack">
      <PageHead
        title={t("employees.title")}
        lead={t("employees.lead")}
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      >
        {write && (
          <ButtonLink to="/settings/employees/import" icon="upload">
            {t("employees.import")}
          </ButtonLink>
        )}
        {may("links.read") && connected !== false && (
          <ButtonLink to="/settings/employees/senders" icon="link">
            {t("senders.title")}
          </ButtonLink>
        )}
        {write && (
          <ButtonLink to="/settings/employees/new" icon="plus" look="primary">
            {t("employees.add")}
          </ButtonLink>
        )}
      </PageHead>
      <List
        source={employees}
        rows={connected === undefined || links.isLoading ? undefined : employees.data}
        shown={found}
        step={100}
        pages={pages}
        id={(e) => e.name}
        lines={8}
        go
        empty={<Nobody />}
        nothing={<NobodyFound />}
        bar={
          <>
            <Search label={t("employees.search")} value={text} onChange={(q) => keep({ q })} />
            <div className="row">
              <Filter
                label={t("employees.state")}
                value={state}
                onChange={(to) => keep({ state: to })}
                options={[
                  { value: "ACTIVE", label: word("employeeState", "ACTIVE") },
                  ...(connected ? [{ value: "UNLINKED", label: t("employees.unlinked") }] : []),
                  { value: "INACTIVE", label: word("employeeState", "INACTIVE") },
                  { value: "ALL", label: t("filter.all") },
                ]}
              />
              <span className="small muted" role="status">
                {t("employees.count", { n: found.length })}
              </span>
            </div>
          </>
        }
        columns={[
          { label: t("employee.number"), nowrap: true, cell: (e) => e.employeeNumber },
          {
            label: t("employee.name"),
            kind: "head",
            cell: (e) => <Link to={`/timesheets/${idOf(e.name)}`}>{e.displayName}</Link>,
          },
          { label: t("employee.department"), cell: (e) => e.department },
          connected === true && {
            label: t("employee.account"),
            cell: (e) => (
              <LinkState link={links.data?.get(e.name)} unconfirmed={unconfirmed(links.data?.get(e.name))} />
            ),
          },
          {
            label: t("employees.state"),
            cell: (e) => <Badge tone={e.state === "ACTIVE" ? "good" : "plain"}>{word("employeeState", e.state)}</Badge>,
          },
          {
            label: t("action.title"),
            kind: "actions",
            cell: (e) =>
              write && (
                <ButtonLink
                  small
                  to={`/settings/employees/${idOf(e.name)}`}
                  aria-label={t("employees.editWhom", { name: e.displayName })}
                >
                  {t("action.edit")}
                </ButtonLink>
              ),
          },
        ]}
      />
    </div>
  );
}

function LinkState({ link, unconfirmed }: { link?: AccountLink; unconfirmed: boolean }) {
  if (!link) return <span className="muted">{t("employee.notLinked")}</span>;
  return (
    <span className="row">
      <span>{link.lineWorksAccountId}</span>
      {link.goneTime && <Badge tone="warn">{t("employee.gone")}</Badge>}
      {unconfirmed && <Badge>{t("employee.unconfirmed")}</Badge>}
    </span>
  );
}
