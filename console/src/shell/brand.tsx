import { type Language, language, setLanguage, t } from "../i18n";
import { Mark } from "../ui/icon";
import { Segments } from "../ui/parts";

export function Brand({ company }: { company?: string }) {
  return (
    <span className="brand">
      <Mark />
      <span>
        Dakoku 打刻
        {company && <small>{company}</small>}
      </span>
    </span>
  );
}

export function LanguageChoice() {
  return (
    <Segments<Language>
      label={t("language.label")}
      value={language()}
      options={[
        { value: "ja", label: "日本語" },
        { value: "en", label: "English" },
      ]}
      onChange={setLanguage}
    />
  );
}
