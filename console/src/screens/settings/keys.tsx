// API keys for programs: their secret is shown once.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { asApiError } from "../../api/error";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { ago, moment } from "../../i18n/time";
import { Button, CopyField } from "../../ui/button";
import { Dialog, useConfirm } from "../../ui/dialog";
import { FormBody, useForm } from "../../ui/form";
import { SelectField, TextField } from "../../ui/inputs";
import { List } from "../../ui/list";
import { Empty, Notice, PageHead } from "../../ui/parts";
import { say } from "../../ui/toast";
import { useActors } from "../audit/queries";
import { type Role, roleOptions } from "./choices";
import { apiKeysQuery } from "./queries";

export function ApiKeys() {
  const keys = useQuery(apiKeysQuery);
  const people = useActors();
  const may = useMay();
  const zone = useZone();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Schemas["ApiKey"] | null>(null);
  const [dialog, confirm] = useConfirm();
  const write = may("apiKeys.write");
  const remove = (key: Schemas["ApiKey"]) =>
    confirm({
      title: t("keys.delete"),
      text: t("keys.deleteText", { name: key.displayName }),
      action: t("keys.delete"),
      danger: true,
      run: async () => {
        await ask(api.DELETE("/v1/apiKeys/{key}", { params: { path: { key: idOf(key.name) } } }));
        await queries.invalidateQueries(apiKeysQuery);
        say(t("keys.deleted"));
      },
    });
  return (
    <div className="stack">
      {dialog}
      {adding && (
        <Add
          onClose={() => setAdding(false)}
          onDone={async (key) => {
            setAdding(false);
            setMade(key);
            await queries.invalidateQueries(apiKeysQuery);
          }}
        />
      )}
      {made && (
        <Dialog title={t("keys.made")} onClose={() => setMade(null)}>
          <Notice tone="warn" title={t("keys.once")} />
          <CopyField value={made.secret ?? ""} label={t("keys.secret")} />
          <p className="small muted mono">Authorization: Bearer dkk_…</p>
          <div className="buttons">
            <Button look="primary" onClick={() => setMade(null)}>
              {t("action.close")}
            </Button>
          </div>
        </Dialog>
      )}
      <PageHead
        title={t("keys.title")}
        lead={
          <>
            {t("keys.lead")}{" "}
            <a href="/docs" target="_blank" rel="noreferrer">
              {t("keys.docs")}
            </a>
          </>
        }
        crumbs={[{ to: "/settings", label: t("nav.settings") }]}
      >
        {write && (
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            {t("keys.add")}
          </Button>
        )}
      </PageHead>
      <List
        source={keys}
        rows={keys.data}
        id={(k) => k.name}
        lines={4}
        step={100}
        empty={
          <Empty icon="key" title={t("keys.none")}>
            {t("keys.noneMore")}
          </Empty>
        }
        columns={[
          { label: t("keys.name"), kind: "head", cell: (k) => k.displayName },
          { label: t("account.role"), cell: (k) => word("role", k.role) },
          {
            label: t("keys.creator"),
            cell: (k) => (
              <span>
                {people.find((p) => p.value === k.creator)?.label ?? t("audit.nameGone")}
                <span className="small muted nowrap block">{moment(k.createTime, zone)}</span>
              </span>
            ),
          },
          { label: t("keys.expire"), nowrap: true, cell: (k) => moment(k.expireTime, zone) },
          {
            label: t("keys.used"),
            cell: (k) => (k.lastUseTime ? ago(k.lastUseTime) : <span className="muted">{t("keys.never")}</span>),
          },
          {
            label: t("action.title"),
            kind: "actions",
            cell: (k) =>
              write && (
                <Button
                  small
                  look="danger-quiet"
                  icon="trash"
                  onClick={() => remove(k)}
                  aria-label={t("keys.deleteWhich", { name: k.displayName })}
                >
                  {t("keys.delete")}
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}

// Makes a key. A request is seldom lost, but its answer has the only secret: who knows of none looks for a key in the list.
function Add({ onClose, onDone }: { onClose: () => void; onDone: (key: Schemas["ApiKey"]) => void }) {
  const queries = useQueryClient();
  const [lost, setLost] = useState("");
  const form = useForm(
    { displayName: "", role: "MANAGER", days: "90" },
    { check: (v) => ({ displayName: v.displayName.trim() ? "" : t("form.required", { label: t("keys.name") }) }) },
  );
  const make = (v: typeof form.values) => {
    const expireTime = new Date(Date.now() + Number(v.days) * 86_400_000 - 60_000).toISOString();
    const body = { displayName: v.displayName.trim(), role: v.role as Role, expireTime };
    return ask(api.POST("/v1/apiKeys", { body })).catch(async (error) => {
      if (asApiError(error).unanswered) setLost(body.displayName);
      await queries.invalidateQueries(apiKeysQuery);
      throw error;
    });
  };
  const submit = () => {
    setLost("");
    return form.run((v) => make(v).then(onDone));
  };
  return (
    <Dialog title={t("keys.add")} onClose={onClose}>
      <FormBody form={form} onSubmit={submit}>
        <TextField
          form={form}
          name="displayName"
          label={t("keys.name")}
          hint={t("keys.nameHint")}
          must
          autoComplete="off"
        />
        <SelectField
          form={form}
          name="role"
          label={t("account.role")}
          options={roleOptions().filter((r) => !r.value.startsWith("EMPLOYEE"))}
        />
        <SelectField
          form={form}
          name="days"
          label={t("keys.life")}
          short
          options={["30", "90", "180", "365"].map((d) => ({ value: d, label: t("keys.days", { n: d }) }))}
        />
        {lost && (
          <Notice tone="warn" title={t("keys.lost")}>
            {t("keys.lostMore", { name: lost })}
          </Notice>
        )}
        <div className="buttons">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {t("keys.add")}
          </Button>
        </div>
      </FormBody>
    </Dialog>
  );
}
