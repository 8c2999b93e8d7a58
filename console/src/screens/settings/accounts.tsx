// Who may log in, and with which role.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { sentenceOf } from "../../api/error";
import { useMay, useSession, useZone } from "../../api/session";
import { listed, t, word } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button, CopyField, Menu } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { List } from "../../ui/list";
import { Badge, Empty, Notice, PageHead, type Tone } from "../../ui/parts";
import { say } from "../../ui/toast";
import { AccountEditor } from "./account-editor";
import { AccountSessions } from "./account-sessions";
import { accountsQuery } from "./queries";

type Account = Schemas["Account"];
const tone = (s: string | undefined): Tone => (({ ACTIVE: "good", INVITED: "info" })[s ?? ""] as Tone) ?? "plain";

export function Accounts() {
  const accounts = useQuery(accountsQuery);
  const may = useMay();
  const { account: me } = useSession();
  const [editing, setEditing] = useState<Account | "new" | null>(null);
  const [watched, setWatched] = useState<Account | null>(null);
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
      (error) => say(sentenceOf(error), "bad"),
    );
    await fresh();
  };
  const actions = (a: Account) => (
    <span className="row end">
      <Button small onClick={() => setEditing(a)} aria-label={t("employees.editWhom", { name: a.displayName })}>
        {t("action.edit")}
      </Button>
      <Menu label={t("action.moreOf", { name: a.displayName })}>
        {a.state === "ACTIVE" && a.name !== me?.name && (
          <button type="button" className="menu-item" onClick={() => setWatched(a)}>
            {t("sessions.title")}
          </button>
        )}
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
  );
  return (
    <div className="stack">
      {dialog}
      {editing && (
        <AccountEditor
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
      {watched && <AccountSessions account={watched} onClose={() => setWatched(null)} />}
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
      <List
        source={accounts}
        rows={accounts.data}
        id={(a) => a.name}
        step={100}
        tall
        empty={<Empty icon="shield" title={t("accounts.none")} />}
        columns={[
          {
            label: t("account.name"),
            kind: "head",
            cell: (a) => (
              <>
                {a.displayName}
                {a.name === me?.name && <span className="small muted"> {t("accounts.me")}</span>}
              </>
            ),
          },
          { label: t("account.email"), cell: (a) => a.email },
          { label: t("account.role"), cell: (a) => <RoleOf account={a} /> },
          {
            label: t("account.totp"),
            cell: (a) =>
              a.totpEnabled ? (
                <Badge tone="good">{t("totp.on")}</Badge>
              ) : (
                <span className="muted">{t("totp.off")}</span>
              ),
          },
          {
            label: t("employees.state"),
            cell: (a) => <Badge tone={tone(a.state)}>{word("accountState", a.state)}</Badge>,
          },
          { label: t("action.title"), kind: "actions", cell: (a) => write && actions(a) },
        ]}
      />
    </div>
  );
}

function LinkEnd({ time }: { time?: string }) {
  return <>{t("accounts.linkUntil", { time: moment(time, useZone()) })}</>;
}

// A manager of some departments is told apart from one of everybody.
function RoleOf({ account: a }: { account: Account }) {
  const limited = a.role === "MANAGER" && a.departments.length > 0;
  return (
    <span>
      {word("role", a.role)}
      {limited && <span className="small muted block">{listed(a.departments)}</span>}
    </span>
  );
}
