// What a list is narrowed with: a search, and filters beside or above its rows.
import { type ReactNode, useId, useState } from "react";
import { t } from "../i18n";
import { isDay } from "../i18n/time";
import { Button } from "./button";
import { Icon } from "./icon";
import type { Option } from "./inputs";

type LabelledProps = { label: string; children: (id: string) => ReactNode };

/** A control outside of a form, with its label above it. */
function Labelled({ label, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="filter">
      <label className="small muted" htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

type FilterProps = { label: string; value: string; options: Option[]; onChange: (value: string) => void };

/** A list that opens outside of a form, for filters. */
export function Filter({ label, value, options, onChange }: FilterProps) {
  return (
    <Labelled label={label}>
      {(id) => (
        <select id={id} className="input short" value={value} onChange={(e) => onChange(e.target.value)}>
          {options.map((o) => (
            <option key={o.value} value={o.value}>
              {o.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

type FiltersProps = { limited: boolean; onClear: () => void; children: ReactNode };

/** The filters above a list that the door filters, and what takes them all away. */
export function Filters({ limited, onClear, children }: FiltersProps) {
  return (
    <div className="row">
      {children}
      {limited && (
        <Button small look="quiet" icon="close" onClick={onClear}>
          {t("filter.clear")}
        </Button>
      )}
    </div>
  );
}

/** Limits as an address has them: what can be no day limits nothing. */
export const withDays = <T extends { from: string; to: string }>(limits: T): T => ({
  ...limits,
  from: isDay(limits.from) ? limits.from : "",
  to: isDay(limits.to) ? limits.to : "",
});

type DayProps = { label: string; value: string; least?: string; most?: string; onChange: (value: string) => void };

/**
 * A day outside of a form, YYYY-MM-DD, empty for none; for filters. What can be no day, as a year that is half typed,
 * stands in the field and filters nothing.
 */
export function DayFilter({ label, value, least, most, onChange }: DayProps) {
  const [odd, setOdd] = useState({ beside: value, text: "" });
  const typed = odd.beside === value ? odd.text : "";
  const change = (text: string) => {
    const none = text !== "" && !isDay(text);
    setOdd({ beside: value, text: none ? text : "" });
    if (!none) onChange(text);
  };
  return (
    <Labelled label={label}>
      {(id) => (
        <>
          <input
            id={id}
            type="date"
            className="input short"
            value={typed || value}
            min={least || undefined}
            max={most || "9999-12-30"}
            aria-invalid={typed !== "" || undefined}
            aria-describedby={`${id}-problem`}
            onChange={(e) => change(e.target.value)}
          />
          <span id={`${id}-problem`} className={typed ? "problem" : "hidden"}>
            {typed && t("form.dateWrong")}
          </span>
        </>
      )}
    </Labelled>
  );
}

type PickerProps = {
  label: string;
  placeholder: string;
  /** The id of the list of what can be chosen, a Choices. */
  choices: string;
  value: string;
  /** What is wrong with what stands there. */
  problem?: string;
  disabled?: boolean;
  id?: string;
  onChange: (text: string) => void;
};

/** One of many, found by typing a part of it. */
export function Picker({ label, placeholder, choices, value, problem = "", disabled, id, onChange }: PickerProps) {
  const own = useId();
  return (
    <span className="picker">
      <input
        id={id}
        className="input"
        list={choices}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        disabled={disabled}
        autoComplete="off"
        aria-invalid={problem !== "" || undefined}
        aria-describedby={`${own}-problem`}
        onChange={(e) => onChange(e.target.value)}
      />
      <span id={`${own}-problem`} className={problem ? "problem" : "hidden"}>
        {problem && <Icon name="alert" />}
        {problem}
      </span>
    </span>
  );
}

/** What the pickers of a screen choose from, once for all of them. */
export function Choices({ id, texts }: { id: string; texts: string[] }) {
  return (
    <datalist id={id}>
      {texts.map((text) => (
        <option key={text} value={text} />
      ))}
    </datalist>
  );
}

/** A search box. */
export function Search({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(e) => onChange(e.target.value)}
      />
    </div>
  );
}
