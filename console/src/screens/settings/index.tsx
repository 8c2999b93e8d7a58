// 設定(歯車マーク)
import { Link } from "@tanstack/react-router";
import { useMay } from "../../api/session";
import { type Key, t } from "../../i18n";
import { Icon, type IconName } from "../../ui/icon";
import { PageHead } from "../../ui/parts";

export { Accounts } from "./accounts";
export { Company } from "./company";
export { ApiKeys } from "./keys";
export { WorkRules } from "./rules";

type Item = { to: string; icon: IconName; title: Key; text: Key; needs: string };
const groups: { title: Key; items: Item[] }[] = [
  {
    title: "settings.external",
    items: [
      {
        to: "/settings/integrations",
        icon: "link",
        title: "integrations.title",
        text: "settings.integrationsText",
        needs: "integration.read",
      },
    ],
  },
  {
    title: "settings.employees",
    items: [
      {
        to: "/settings/employees",
        icon: "users",
        title: "nav.employees",
        text: "settings.employeesText",
        needs: "employees.read",
      },
      {
        to: "/settings/employees/senders",
        icon: "bot",
        title: "senders.title",
        text: "settings.sendersText",
        needs: "links.read",
      },
    ],
  },
  {
    title: "settings.company",
    items: [
      {
        to: "/settings/company",
        icon: "building",
        title: "company.title",
        text: "settings.companyText",
        needs: "organization.read",
      },
      {
        to: "/settings/rules",
        icon: "rules",
        title: "rules.title",
        text: "settings.rulesText",
        needs: "settings.read",
      },
      {
        to: "/settings/retention",
        icon: "archive",
        title: "retention.title",
        text: "settings.retentionText",
        needs: "settings.read",
      },
      {
        to: "/settings/accounts",
        icon: "shield",
        title: "accounts.title",
        text: "settings.accountsText",
        needs: "accounts.read",
      },
      { to: "/settings/keys", icon: "key", title: "keys.title", text: "settings.keysText", needs: "apiKeys.read" },
      { to: "/settings/audit", icon: "eye", title: "audit.title", text: "settings.auditText", needs: "audit.read" },
    ],
  },
];

export function SettingsHome() {
  const may = useMay();
  return (
    <div className="stack">
      <PageHead title={t("nav.settings")} />
      {groups.map((g) => {
        const items = g.items.filter((i) => may(i.needs));
        return (
          items.length > 0 && (
            <section key={g.title} className="stack tight">
              <h2>{t(g.title)}</h2>
              <ul className="plain doors">
                {items.map((i) => (
                  <li key={i.to}>
                    <Link to={i.to} className="card door">
                      <Icon name={i.icon} />
                      <span>
                        <strong>{t(i.title)}</strong>
                        <span className="small muted block">{t(i.text)}</span>
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}
