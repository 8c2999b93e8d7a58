// The departments that a manager is responsible for; none means everybody.
import { useState } from "react";
import { listed, t } from "../../i18n";
import { Button } from "../../ui/button";
import { Field, type Form } from "../../ui/form";
import { Chips } from "../../ui/inputs";
import { Notice } from "../../ui/parts";
import type { Employee } from "../employees/queries";

const few = 20; // are offered at first

type Props<T extends { departments: string[] }> = { form: Form<T>; employees: Employee[] };

/** Departments as chips, with those that employees have to choose from. */
export function DepartmentsField<T extends { departments: string[] }>({ form, employees }: Props<T>) {
  const chosen = form.values.departments;
  const known = [...new Set(employees.map((e) => e.department ?? "").filter(Boolean))].sort();
  const unknown = new Set(chosen.filter((d) => !known.includes(d)));
  const set = (departments: string[]) => form.set("departments", departments as T["departments"]);
  const left = known.filter((d) => !chosen.includes(d));
  const [all, setAll] = useState(false);
  const id = `${form.id}departments`;
  return (
    <div className="stack tight">
      <Field
        id={id}
        label={t("accounts.departments")}
        hint={t("accounts.departmentsHint")}
        problem={form.problem("departments")}
        optional
      >
        <Chips
          id={id}
          label={t("accounts.departments")}
          words={chosen}
          clash={unknown}
          placeholder={t("accounts.departmentsAll")}
          onChange={set}
        />
      </Field>
      {left.length > 0 && (
        <div className="row">
          {left.slice(0, all ? left.length : few).map((d) => (
            <Button key={d} small icon="plus" onClick={() => set([...chosen, d])}>
              {d}
            </Button>
          ))}
          {!all && left.length > few && (
            <Button small look="quiet" onClick={() => setAll(true)}>
              {t("list.more", { n: left.length - few, left: left.length - few })}
            </Button>
          )}
        </div>
      )}
      {unknown.size > 0 && <Notice tone="warn">{t("accounts.departmentsUnknown", { names: listed(unknown) })}</Notice>}
    </div>
  );
}
