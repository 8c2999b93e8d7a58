// 「編集」: an employee, at the bottom with the LINE WORKS のアカウントID once a
// connection exists; then 「確認」 and 「送信」.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { ApiError, asApiError } from "../../api/error";
import { t, word } from "../../i18n";
import { Button, ButtonLink } from "../../ui/button";
import { writeDraft } from "../../ui/draft";
import { FormBody, useForm } from "../../ui/form";
import { SelectField, TextField } from "../../ui/inputs";
import { keptOf } from "../../ui/kept";
import { Card, Facts, Failure, Notice, PageHead, Skeleton } from "../../ui/parts";
import { ReviewHead, useReview } from "../../ui/review";
import { say } from "../../ui/toast";
import { LinkHistory } from "./link-history";
import { type Employee, employeesQuery, linksQuery, useConnected, useUnconfirmed } from "./queries";

type Link = Schemas["AccountLink"] | null;

const linkQuery = (id: string) => ({
  queryKey: ["employee", id, "link"],
  queryFn: async (): Promise<Link> => {
    try {
      return await ask(api.GET("/v1/employees/{employee}/accountLink", { params: { path: { employee: id } } }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  },
});

// Why the link of an employee who was just stored was refused, for the employee's own page.
const refusedLinkKey = (id: string) => ["employee", id, "refusedLink"];

export function NewEmployee() {
  const connected = useConnected();
  return (
    <Sheet title={t("employees.add")}>
      <Editor employee={null} link={null} connected={connected === true} />
    </Sheet>
  );
}

export function EditEmployee() {
  const { employee: id = "" } = useParams({ strict: false }) as { employee?: string };
  const employee = useQuery({
    queryKey: ["employee", id],
    queryFn: () => ask(api.GET("/v1/employees/{employee}", { params: { path: { employee: id } } })),
  });
  const link = useQuery(linkQuery(id));
  const connected = useConnected();
  const failed = [employee, link].find((query) => query.error);
  if (failed)
    return (
      <Sheet title={t("employees.edit")}>
        <Failure error={failed.error} retry={failed.refetch} />
      </Sheet>
    );
  if (!employee.data || link.data === undefined)
    return (
      <Sheet title={t("employees.edit")}>
        <Card>
          <Skeleton rows={6} />
        </Card>
      </Sheet>
    );
  return (
    <Sheet title={t("employees.editOf", { name: employee.data.displayName })}>
      <Editor employee={employee.data} link={link.data} connected={connected === true} />
      {connected && <LinkHistory id={id} />}
    </Sheet>
  );
}

function Sheet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="stack measure">
      <PageHead
        title={title}
        crumbs={[
          { to: "/settings", label: t("nav.settings") },
          { to: "/settings/employees", label: t("nav.employees") },
        ]}
      />
      {children}
    </div>
  );
}

const list = "/settings/employees";
const draftOf = (id: string) => `employee.${id || "new"}`;

type Values = {
  employeeNumber: string;
  displayName: string;
  email: string;
  department: string;
  state: string;
  lineWorksAccountId: string;
};

function Editor({ employee, link, connected }: { employee: Employee | null; link: Link; connected: boolean }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const id = idOf(employee?.name);
  const before = link?.lineWorksAccountId ?? "";
  const unconfirmed = useUnconfirmed();
  const [refused] = useState(() => queries.getQueryData<ApiError>(refusedLinkKey(id)));
  useEffect(() => queries.removeQueries({ queryKey: refusedLinkKey(id) }), [queries, id]); // it is told once
  const form = useForm<Values>(
    {
      employeeNumber: employee?.employeeNumber ?? "",
      displayName: employee?.displayName ?? "",
      email: employee?.email ?? "",
      department: employee?.department ?? "",
      state: employee?.state ?? "ACTIVE",
      lineWorksAccountId: before,
    },
    {
      draft: draftOf(id),
      check: (v) => ({
        employeeNumber: v.employeeNumber.trim() ? "" : t("form.required", { label: t("employee.number") }),
        displayName: v.displayName.trim() ? "" : t("form.required", { label: t("employee.name") }),
      }),
      refused,
      reasons: { EMPLOYEE_NUMBER_TAKEN: "employeeNumber", ACCOUNT_LINKED_ELSEWHERE: "lineWorksAccountId" },
    },
  );
  const review = useReview<Values, true>(form);

  const body = (v: Values) => ({
    employeeNumber: v.employeeNumber.trim(),
    displayName: v.displayName.trim(),
    email: v.email.trim(),
    department: v.department.trim(),
    state: v.state as "ACTIVE",
    etag: employee?.etag,
  });
  const saveLink = async (employee: string, account: string, validateOnly: boolean) => {
    const params = { path: { employee } };
    if (!connected || account === before) return;
    if (account === "") {
      if (!validateOnly) await ask(api.DELETE("/v1/employees/{employee}/accountLink", { params }));
      return;
    }
    await ask(
      api.PUT("/v1/employees/{employee}/accountLink", {
        params: { ...params, query: { validateOnly } },
        body: { lineWorksAccountId: account, etag: link?.etag },
      }),
    );
  };
  // Nobody is to be stored before the account can be right: of somebody who is not there the door tells what is wrong
  // with the account before it tells that nobody is there.
  const judgeAccount = async (account: string) => {
    try {
      await saveLink("new", account, true);
    } catch (error) {
      if (asApiError(error).reason !== "EMPLOYEE_NOT_FOUND") throw error;
    }
  };
  const confirm = () =>
    form.run(async (v) => {
      const query = { validateOnly: true };
      if (employee) {
        await ask(
          api.PATCH("/v1/employees/{employeeId}", { params: { path: { employeeId: id }, query }, body: body(v) }),
        );
        await saveLink(id, v.lineWorksAccountId.trim(), true);
      } else {
        await ask(api.POST("/v1/employees", { params: { query }, body: body(v) }));
        await judgeAccount(v.lineWorksAccountId.trim());
      }
      await review.show(true);
    }, true);
  const send = () =>
    form.run(async (v) => {
      const saved = employee
        ? await ask(api.PATCH("/v1/employees/{employeeId}", { params: { path: { employeeId: id } }, body: body(v) }))
        : await ask(api.POST("/v1/employees", { body: body(v) }));
      await Promise.all([
        queries.invalidateQueries(employeesQuery),
        queries.invalidateQueries({ queryKey: ["employee", idOf(saved.name)] }),
      ]);
      try {
        await saveLink(idOf(saved.name), v.lineWorksAccountId.trim(), false);
      } catch (error) {
        review.drop();
        if (employee) throw error;
        // The new employee is stored; what is left is the link, to be put right on the employee's own page.
        const stored = idOf(saved.name);
        writeDraft(draftOf(stored), { lineWorksAccountId: v.lineWorksAccountId });
        queries.setQueryData(refusedLinkKey(stored), asApiError(error));
        say(t("employees.saved", { name: saved.displayName }));
        return navigate({ to: `/settings/employees/${stored}`, replace: true });
      }
      await queries.invalidateQueries(linksQuery);
      say(t("employees.saved", { name: saved.displayName }));
      await navigate({ to: list, search: keptOf(list), replace: true }); // what is sent is not reviewed again
    });

  if (review.shown === "review") return <Review form={form} connected={connected} back={review.back} send={send} />;
  const { typing } = review;
  return (
    <Card>
      <FormBody form={typing} onSubmit={confirm}>
        <div className="columns">
          <TextField
            form={typing}
            name="employeeNumber"
            label={t("employee.number")}
            must
            autoComplete="off"
            autoFocus={!employee}
          />
          <TextField form={typing} name="displayName" label={t("employee.name")} must autoComplete="off" />
        </div>
        <div className="columns">
          <TextField form={typing} name="department" label={t("employee.department")} optional autoComplete="off" />
          <TextField
            form={typing}
            name="email"
            label={t("account.email")}
            type="email"
            optional
            autoComplete="off"
            hint={t("employee.emailHint")}
          />
        </div>
        <SelectField
          form={typing}
          name="state"
          label={t("employees.state")}
          short
          hint={t("employee.stateHint")}
          options={["ACTIVE", "INACTIVE"].map((s) => ({ value: s, label: word("employeeState", s) }))}
        />
        {connected ? (
          <>
            <hr />
            <TextField
              form={typing}
              name="lineWorksAccountId"
              label={t("employee.accountId")}
              optional
              placeholder="hanako@example"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              hint={t("employee.accountHint")}
            />
            {link?.goneTime && <Notice tone="warn" title={t("employee.goneMore")} />}
            {unconfirmed(link) && <Notice title={t("employee.unconfirmed")}>{t("employee.unconfirmedMore")}</Notice>}
          </>
        ) : (
          <Notice title={t("employee.noConnection")}>
            <ButtonLink small to="/settings/integrations">
              {t("nav.integrations")}
            </ButtonLink>
          </Notice>
        )}
        <div className="buttons">
          <Button type="submit" look="primary" busy={form.busy}>
            {t("action.confirm")}
          </Button>
          <ButtonLink to={list} search={keptOf(list)} look="quiet" onClick={typing.restart}>
            {t("action.cancel")}
          </ButtonLink>
        </div>
      </FormBody>
    </Card>
  );
}

function Review({
  form,
  connected,
  back,
  send,
}: {
  form: ReturnType<typeof useForm<Values>>;
  connected: boolean;
  back: () => void;
  send: () => void;
}) {
  const v = form.values;
  return (
    <>
      <ReviewHead />
      <Card
        foot={
          <>
            <Button look="primary" icon="send" busy={form.busy} onClick={send}>
              {t("action.send")}
            </Button>
            <Button icon="back" onClick={back}>
              {t("action.back")}
            </Button>
          </>
        }
      >
        <div className="stack">
          <Facts
            items={[
              [t("employee.number"), v.employeeNumber],
              [t("employee.name"), v.displayName],
              [t("employee.department"), v.department],
              [t("account.email"), v.email],
              [t("employees.state"), word("employeeState", v.state)],
              [
                t("employee.accountId"),
                connected && (v.lineWorksAccountId || <span className="muted">{t("employee.notLinked")}</span>),
              ],
            ]}
          />
          {form.failure && <Failure error={form.failure} />}
        </div>
      </Card>
    </>
  );
}
