// 設定(歯車マーク)
import { Link } from "@tanstack/react-router";
import { useMay } from "../../api/session";
import { type Key, t } from "../../i18n";
import { shows } from "../../shell/needs";
import { Icon, type IconName } from "../../ui/icon";
import { PageHead } from "../../ui/parts";

export { Accounts } from "./accounts";
export { Company } from "./company";
export { ApiKeys } from "./keys";
export { WorkRules } from "./rules";

type Item = { to: string; icon: IconName; title: Key; text: Key };
const groups: { title: Key; items: Item[] }[] = [
  {
    title: "settings.external",
    items: [
      {
        to: "/settings/integrations",
        icon: "link",
        title: "integrations.title",
        text: "settings.integrationsText",
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
      },
      {
        to: "/settings/employees/senders",
        icon: "bot",
        title: "senders.title",
        text: "settings.sendersText",
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
      },
      {
        to: "/settings/rules",
        icon: "rules",
        title: "rules.title",
        text: "settings.rulesText",
      },
      {
        to: "/settings/retention",
        icon: "archive",
        title: "retention.title",
        text: "settings.retentionText",
      },
      {
        to: "/settings/accounts",
        icon: "shield",
        title: "accounts.title",
        text: "settings.accountsText",
      },
      { to: "/settings/keys", icon: "key", title: "keys.title", text: "settings.keysText" },
      { to: "/settings/audit", icon: "eye", title: "audit.title", text: "settings.auditText" },
    ],
  },
];

export function SettingsHome() {
  const may = useMay();
  return (
    <div className="stack">
      <PageHead title={t("nav.settings")} />
      {groups.map((g) => {
        const items = g.items.filter((i) => shows(i.to, may));
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
