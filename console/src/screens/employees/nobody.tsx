// What lists of people say when there is nobody, or nobody was found.
import { useMay } from "../../api/session";
import { t } from "../../i18n";
import { ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/parts";

/** There are no employees yet. */
export function Nobody() {
  const write = useMay()("employees.write");
  const ways = (
    <>
      <ButtonLink to="/settings/employees/new" icon="plus" look="primary">
        {t("employees.add")}
      </ButtonLink>
      <ButtonLink to="/settings/employees/import" icon="upload">
        {t("employees.import")}
      </ButtonLink>
    </>
  );
  return (
    <Empty icon="users" title={t("employees.none")} action={write && ways}>
      {t("employees.noneMore")}
    </Empty>
  );
}

/** A search or filter left nobody over. */
export function NobodyFound() {
  return (
    <Empty icon="search" title={t("employees.nobody")}>
      {t("employees.nobodyMore")}
    </Empty>
  );
}
