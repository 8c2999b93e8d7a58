// Who may log in, and with which role.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useMay, useSession, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button, CopyField, Menu } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { FormBody, useForm } from "../../ui/form";
import { ChoiceField, SelectField, TextField } from "../../ui/inputs";
import { Badge, Card, Failure, Notice, PageHead, Skeleton, type Tone } from "../../ui/parts";
import { say } from "../../ui/toast";
import { employeesQuery } from "../employees/queries";
import { type Role, roleOptions } from "./choices";

type Account = Schemas["Account"];
const tone = (s: string | undefined): Tone => (({ ACTIVE: "good", INVITED: "info" })[s ?? ""] as Tone) ?? "plain";

export function Accounts() {
  const accounts = useQuery({
    queryKey: ["accounts", "list"],
    queryFn: () =>
      pages(async (pageToken) => {
        const page = await ask(api.GET("/v1/accounts", { params: { query: { pageSize: 500, pageToken } } }));
        return { items: page.accounts, nextPageToken: page.nextPageToken };
      }),
  });
  const may = useMay();
  const { account: me } = useSession();
  const [editing, setEditing] = useState<Account | "new" | null>(null);
  const [invitation, setInvitation] = useState<Schemas["Invitation"] | null>(null);
  const [dialog, confirm] = useConfirm();
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: ["accounts"] });
  const write = may("accounts.write");

  const invite = (a: Account, removeTotp: boolean) =>
    confirm({
      title: t(removeTotp ? "accounts.resetTotp" : "accounts.invite"),
      text: t(removeTotp ? "accounts.resetTotpText" : "accounts.inviteText", { name: a.displayName }),
      action: t("accounts.makeLink"),
      run: async () =>
        setInvitation(
          await ask(
            api.POST("/v1/accounts/{account}:invite", {
              params: { path: { account: idOf(a.name) } },
              body: { removeTotp },
            }),
          ),
        ),
    });
  const deactivate = (a: Account) =>
    confirm({
      title: t("accounts.deactivate"),
      text: t("accounts.deactivateText", { name: a.displayName }),
      action: t("accounts.deactivate"),
      danger: true,
      run: async () => {
        await ask(api.DELETE("/v1/accounts/{account}", { params: { path: { account: idOf(a.name) } } }));
        await fresh();
        say(t("accounts.deactivated"));
      },
    });
  const reactivate = async (a: Account) => {
    await ask(
      api.PATCH("/v1/accounts/{accountId}", {
        params: { path: { accountId: idOf(a.name) } },
        body: { state: "ACTIVE", etag: a.etag },
      }),
    ).then(
      () => say(t("action.saved")),
      (e) => say(e.message, "bad"),
    );
    await fresh();
  };
  return (
    <div className="stack">
      {dialog}
      {editing && (
        <Editor
          account={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onDone={async (made) => {
            setEditing(null);
            await fresh();
            if (made) setInvitation(made);
            else say(t("action.saved"));
          }}
        />
      )}
      {invitation && (
        <Dialog title={t("accounts.linkTitle")} onClose={() => setInvitation(null)}>
          <p>{t("accounts.linkLead")}</p>
          <CopyField value={invitation.link ?? ""} label={t("accounts.link")} />
          <Notice tone="warn" title={t("accounts.linkOnce")}>
            <LinkEnd time={invitation.expireTime} />
          </Notice>
          <div className="buttons">
            <Button look="primary" onClick={() => setInvitation(null)}>
              {t("action.close")}
            </Button>
          </div>
        </Dialog>
      )}
      <PageHead
        title={t("accounts.title")}
        lead={t("accounts.lead")}
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      >
        {write && (
          <Button look="primary" icon="plus" onClick={() => setEditing("new")}>
            {t("accounts.add")}
          </Button>
        )}
      </PageHead>
      <Card flush>
        {accounts.isPending ? (
          <Skeleton rows={5} />
        ) : accounts.error ? (
          <div className="body-pad">
            <Failure error={accounts.error} retry={accounts.refetch} />
          </div>
        ) : (
          <div className="table-wrap tall">
            <table className="table cards">
              <thead>
                <tr>
                  <th scope="col">{t("account.name")}</th>
                  <th scope="col">{t("account.email")}</th>
                  <th scope="col">{t("account.role")}</th>
                  <th scope="col">{t("account.totp")}</th>
                  <th scope="col">{t("employees.state")}</th>
                  <th scope="col">
                    <span className="hidden">{t("action.title")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {accounts.data.map((a) => (
                  <tr key={a.name}>
                    <th scope="row">
                      {a.displayName}
                      {a.name === me?.name && <span className="small muted"> {t("accounts.me")}</span>}
                    </th>
                    <td data-label={t("account.email")}>{a.email}</td>
                    <td data-label={t("account.role")}>{word("role", a.role)}</td>
                    <td data-label={t("account.totp")}>
                      {a.totpEnabled ? (
                        <Badge tone="good">{t("totp.on")}</Badge>
                      ) : (
                        <span className="muted">{t("totp.off")}</span>
                      )}
                    </td>
                    <td data-label={t("employees.state")}>
                      <Badge tone={tone(a.state)}>{word("accountState", a.state)}</Badge>
                    </td>
                    <td className="actions">
                      {write && (
                        <span className="row end">
                          <Button
                            small
                            onClick={() => setEditing(a)}
                            aria-label={t("employees.editWhom", { name: a.displayName })}
                          >
                            {t("action.edit")}
                          </Button>
                          <Menu label={t("action.moreOf", { name: a.displayName })}>
                            {a.state !== "DEACTIVATED" && (
                              <button type="button" className="menu-item" onClick={() => invite(a, false)}>
                                {t("accounts.invite")}
                              </button>
                            )}
                            {a.totpEnabled && a.state !== "DEACTIVATED" && (
                              <button type="button" className="menu-item" onClick={() => invite(a, true)}>
                                {t("accounts.resetTotp")}
                              </button>
                            )}
                            {a.state !== "DEACTIVATED" ? (
                              <button type="button" className="menu-item" onClick={() => deactivate(a)}>
                                {t("accounts.deactivate")}
                              </button>
                            ) : (
                              <button type="button" className="menu-item" onClick={() => reactivate(a)}>
                                {t("accounts.reactivate")}
                              </button>
                            )}
                          </Menu>
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
    </div>
  );
}

function LinkEnd({ time }: { time?: string }) {
  return <>{t("accounts.linkUntil", { time: moment(time, useZone()) })}</>;
}

type EditorProps = {
  account: Account | null;
  onClose: () => void;
  onDone: (invitation?: Schemas["Invitation"]) => void;
};

function Editor({ account, onClose, onDone }: EditorProps) {
  const employees = useQuery(employeesQuery);
  const form = useForm(
    {
      name: account?.displayName ?? "",
      email: account?.email ?? "",
      role: account?.role ?? "EMPLOYEE",
      employee: account?.employee ?? "",
    },
    {
      check: (v) => ({
        name: v.name.trim() ? "" : t("form.required", { label: t("account.name") }),
        email: v.email.trim() ? "" : t("form.required", { label: t("account.email") }),
      }),
    },
  );
  const submit = () =>
    form.run(async (v) => {
      const role = v.role as Role;
      if (!account) {
        const made = await ask(
          api.POST("/v1/accounts", {
            body: { name: v.name.trim(), email: v.email.trim(), role, employee: v.employee },
          }),
        );
        onDone(made.invitation);
        return;
      }
      await ask(
        api.PATCH("/v1/accounts/{accountId}", {
          params: { path: { accountId: idOf(account.name) } },
          body: { displayName: v.name.trim(), role, employee: v.employee, etag: account.etag },
        }),
      );
      onDone();
    });
  const people = [
    { value: "", label: t("accounts.nobody") },
    ...(employees.data ?? []).map((e) => ({ value: e.name, label: `${e.employeeNumber} ${e.displayName}` })),
  ];
  return (
    <Dialog title={t(account ? "accounts.edit" : "accounts.add")} wide onClose={onClose}>
      <FormBody form={form} onSubmit={submit}>
        <div className="columns">
          <TextField form={form} name="name" label={t("account.name")} must autoComplete="off" />
          <TextField
            form={form}
            name="email"
            label={t("account.email")}
            type="email"
            must
            autoComplete="off"
            readOnly={account !== null}
            hint={account ? t("accounts.emailFixed") : undefined}
          />
        </div>
        <ChoiceField form={form} name="role" label={t("account.role")} options={roleOptions()} />
        <SelectField
          form={form}
          name="employee"
          label={t("accounts.employee")}
          options={people}
          hint={t("accounts.employeeHint")}
        />
        {account && <p className="small muted">{t("accounts.ends")}</p>}
        <div className="buttons">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {t(account ? "action.save" : "accounts.addAndLink")}
          </Button>
        </div>
      </FormBody>
    </Dialog>
  );
}
