// 設定 > 従業員 > 従業員一覧
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { idOf } from "../../api/client";
import { useMay } from "../../api/session";
import { t, word } from "../../i18n";
import { Button, ButtonLink } from "../../ui/button";
import { Filter, Search } from "../../ui/inputs";
import { Badge, Card, Empty, Failure, PageHead, Skeleton } from "../../ui/parts";
import { type Employee, employeesQuery, linksQuery, useConnected } from "./queries";

export { EditEmployee, NewEmployee } from "./edit";
export { ImportEmployees } from "./import";
export { UnlinkedSenders } from "./senders";

const windowSize = 100;

export function Employees() {
  const employees = useQuery(employeesQuery);
  const may = useMay();
  const connected = useConnected();
  const links = useQuery({ ...linksQuery, enabled: may("links.read") });
  const [text, setText] = useState("");
  const [state, setState] = useState("ACTIVE");
  const [shown, setShown] = useState(windowSize);
  const all = employees.data ?? [];
  const linked = (e: Employee) => links.data?.get(e.name)?.lineWorksAccountId ?? "";
  const found = all.filter((e) => {
    if (state === "UNLINKED" ? e.state !== "ACTIVE" || linked(e) !== "" : state !== "ALL" && e.state !== state)
      return false;
    const needle = text.normalize("NFKC").toLowerCase().trim();
    return [e.employeeNumber, e.displayName, e.email, e.department, linked(e)].some((v) =>
      v?.normalize("NFKC").toLowerCase().includes(needle),
    );
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
        {may("links.read") && connected && (
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
      <Card flush>
        {employees.isPending ? (
          <Skeleton rows={8} />
        ) : employees.error ? (
          <div className="body-pad">
            <Failure error={employees.error} retry={employees.refetch} />
          </div>
        ) : all.length === 0 ? (
          <Empty
            icon="users"
            title={t("employees.none")}
            action={
              write && (
                <>
                  <ButtonLink to="/settings/employees/new" icon="plus" look="primary">
                    {t("employees.add")}
                  </ButtonLink>
                  <ButtonLink to="/settings/employees/import" icon="upload">
                    {t("employees.import")}
                  </ButtonLink>
                </>
              )
            }
          >
            {t("employees.noneMore")}
          </Empty>
        ) : (
          <>
            <div className="row spread body-pad">
              <Search
                label={t("employees.search")}
                value={text}
                onChange={(v) => {
                  setText(v);
                  setShown(windowSize);
                }}
              />
              <div className="row">
                <Filter
                  label={t("employees.state")}
                  value={state}
                  onChange={setState}
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
            </div>
            {found.length === 0 ? (
              <Empty icon="search" title={t("employees.nobody")}>
                {t("employees.nobodyMore")}
              </Empty>
            ) : (
              <div className="table-wrap">
                <table className="table cards">
                  <thead>
                    <tr>
                      <th scope="col">{t("employee.number")}</th>
                      <th scope="col">{t("employee.name")}</th>
                      <th scope="col">{t("employee.department")}</th>
                      {connected && <th scope="col">{t("employee.account")}</th>}
                      <th scope="col">{t("employees.state")}</th>
                      <th scope="col">
                        <span className="hidden">{t("action.title")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {found.slice(0, shown).map((e) => (
                      <Row
                        key={e.name}
                        employee={e}
                        account={connected ? linked(e) : null}
                        gone={!!links.data?.get(e.name)?.goneTime}
                        write={write}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            {found.length > shown && (
              <div className="body-pad">
                <Button wide onClick={() => setShown(shown + windowSize)}>
                  {t("list.more", { n: Math.min(windowSize, found.length - shown) })}
                </Button>
              </div>
            )}
          </>
        )}
      </Card>
    </div>
  );
}

function Row({
  employee: e,
  account,
  gone,
  write,
}: {
  employee: Employee;
  account: string | null;
  gone: boolean;
  write: boolean;
}) {
  const id = idOf(e.name);
  return (
    <tr className="go">
      <td data-label={t("employee.number")} className="nowrap">
        {e.employeeNumber}
      </td>
      <th scope="row">
        <Link to={`/timesheets/${id}`}>{e.displayName}</Link>
      </th>
      <td data-label={t("employee.department")}>{e.department}</td>
      {account !== null && (
        <td data-label={t("employee.account")}>
          {account ? (
            <span className="row">
              <span>{account}</span>
              {gone && <Badge tone="warn">{t("employee.gone")}</Badge>}
            </span>
          ) : (
            <span className="muted">{t("employee.notLinked")}</span>
          )}
        </td>
      )}
      <td data-label={t("employees.state")}>
        <Badge tone={e.state === "ACTIVE" ? "good" : "plain"}>{word("employeeState", e.state)}</Badge>
      </td>
      <td className="actions">
        {write && (
          <ButtonLink
            small
            to={`/settings/employees/${id}`}
            aria-label={t("employees.editWhom", { name: e.displayName })}
          >
            {t("action.edit")}
          </ButtonLink>
        )}
      </td>
    </tr>
  );
}
