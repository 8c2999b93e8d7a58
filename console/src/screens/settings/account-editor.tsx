// One account: who it is, what it may do, and whom it concerns.
import { useQuery } from "@tanstack/react-query";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { FormBody, useForm } from "../../ui/form";
import { ChoiceField, SelectField, TextField } from "../../ui/inputs";
import { employeesQuery } from "../employees/queries";
import { type Role, roleOptions } from "./choices";
import { DepartmentsField } from "./departments-field";

type Account = Schemas["Account"];

type Props = {
  /** Null makes a new one. */
  account: Account | null;
  onClose: () => void;
  onDone: (invitation?: Schemas["Invitation"]) => void;
};

/** Makes or changes an account. */
export function AccountEditor({ account, onClose, onDone }: Props) {
  const employees = useQuery(employeesQuery);
  const form = useForm(
    {
      name: account?.displayName ?? "",
      email: account?.email ?? "",
      role: account?.role ?? "EMPLOYEE",
      employee: account?.employee ?? "",
      departments: account?.departments ?? [],
    },
    {
      check: (v) => ({
        name: v.name.trim() ? "" : t("form.required", { label: t("account.name") }),
        email: v.email.trim() ? "" : t("form.required", { label: t("account.email") }),
      }),
      reasons: { EMAIL_TAKEN: "email" },
    },
  );
  const submit = () =>
    form.run(async (v) => {
      const role = v.role as Role;
      const departments = role === "MANAGER" ? v.departments : [];
      if (!account) {
        const made = await ask(
          api.POST("/v1/accounts", {
            body: { name: v.name.trim(), email: v.email.trim(), role, employee: v.employee, departments },
          }),
        );
        onDone(made.invitation);
        return;
      }
      await ask(
        api.PATCH("/v1/accounts/{accountId}", {
          params: { path: { accountId: idOf(account.name) } },
          body: { displayName: v.name.trim(), role, employee: v.employee, departments, etag: account.etag },
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
        {form.values.role === "MANAGER" && <DepartmentsField form={form} employees={employees.data ?? []} />}
        <SelectField
          form={form}
          name="employee"
          label={t("accounts.employee")}
          options={people}
          hint={t(
            form.values.role.startsWith("EMPLOYEE") && !form.values.employee
              ? "accounts.employeeMissing"
              : "accounts.employeeHint",
          )}
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
