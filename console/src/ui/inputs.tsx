// Controls that stand in a Field.
import { type InputHTMLAttributes, type KeyboardEvent, type ReactNode, useState } from "react";
import { t } from "../i18n";
import { IconButton } from "./button";
import { Field, type Form, useControl } from "./form";

type Values = Record<string, unknown>;
type Shared<T extends Values> = {
  form: Form<T>;
  name: keyof T & string;
  label: ReactNode;
  hint?: ReactNode;
  optional?: boolean;
  must?: boolean;
};
type TextProps<T extends Values> = Shared<T> &
  Omit<InputHTMLAttributes<HTMLInputElement>, "form" | "name" | "value" | "onChange"> & { short?: boolean };

function Input({ id, className = "", ...rest }: InputHTMLAttributes<HTMLInputElement> & { id: string }) {
  return <input {...useControl(id)} {...rest} className={`input ${className}`} />;
}

/** One line of text. */
export function TextField<T extends Values>({ form, name, label, hint, optional, must, short, ...rest }: TextProps<T>) {
  return (
    <Field
      id={`${form.id}${name}`}
      label={label}
      hint={hint}
      problem={form.problem(name)}
      optional={optional}
      must={must}
    >
      <Input
        id={`${form.id}${name}`}
        className={short ? "short" : ""}
        value={String(form.values[name] ?? "")}
        onChange={(e) => form.set(name, e.target.value as T[typeof name])}
        {...rest}
      />
    </Field>
  );
}

/** A secret that can be looked at while it is typed. */
export function SecretField<T extends Values>({ form, name, label, hint, optional, must, ...rest }: TextProps<T>) {
  const [seen, setSeen] = useState(false);
  return (
    <Field
      id={`${form.id}${name}`}
      label={label}
      hint={hint}
      problem={form.problem(name)}
      optional={optional}
      must={must}
    >
      <div className="reveal">
        <Input
          id={`${form.id}${name}`}
          type={seen ? "text" : "password"}
          spellCheck={false}
          autoCapitalize="off"
          value={String(form.values[name] ?? "")}
          onChange={(e) => form.set(name, e.target.value as T[typeof name])}
          {...rest}
        />
        <IconButton
          icon="eye"
          label={t(seen ? "form.hide" : "form.show")}
          aria-pressed={seen}
          onClick={() => setSeen(!seen)}
        />
      </div>
    </Field>
  );
}

function Area({
  id,
  ...rest
}: {
  id: string;
  value: string;
  rows?: number;
  onChange: (value: string) => void;
  className?: string;
  placeholder?: string;
}) {
  const { onChange, className = "", ...more } = rest;
  return (
    <textarea
      {...useControl(id)}
      {...more}
      spellCheck={false}
      className={`input ${className}`}
      onChange={(e) => onChange(e.target.value)}
    />
  );
}

/** Several lines of text. */
export function AreaField<T extends Values>({
  form,
  name,
  label,
  hint,
  optional,
  must,
  mono,
  rows,
  placeholder,
}: Shared<T> & { mono?: boolean; rows?: number; placeholder?: string }) {
  return (
    <Field
      id={`${form.id}${name}`}
      label={label}
      hint={hint}
      problem={form.problem(name)}
      optional={optional}
      must={must}
    >
      <Area
        id={`${form.id}${name}`}
        rows={rows}
        placeholder={placeholder}
        className={mono ? "mono" : ""}
        value={String(form.values[name] ?? "")}
        onChange={(v) => form.set(name, v as T[typeof name])}
      />
    </Field>
  );
}

export type Option = { value: string; label: string };

function Choose({
  id,
  value,
  options,
  onChange,
  short,
}: {
  id: string;
  value: string;
  options: Option[];
  onChange: (value: string) => void;
  short?: boolean;
}) {
  return (
    <select
      {...useControl(id)}
      className={`input${short ? " short" : ""}`}
      value={value}
      onChange={(e) => onChange(e.target.value)}
    >
      {options.map((o) => (
        <option key={o.value} value={o.value}>
          {o.label}
        </option>
      ))}
    </select>
  );
}

/** One of several, in a list that opens. */
export function SelectField<T extends Values>({
  form,
  name,
  label,
  hint,
  optional,
  must,
  options,
  short,
}: Shared<T> & { options: Option[]; short?: boolean }) {
  return (
    <Field
      id={`${form.id}${name}`}
      label={label}
      hint={hint}
      problem={form.problem(name)}
      optional={optional}
      must={must}
    >
      <Choose
        id={`${form.id}${name}`}
        short={short}
        options={options}
        value={String(form.values[name] ?? "")}
        onChange={(v) => form.set(name, v as T[typeof name])}
      />
    </Field>
  );
}

export type Choice = { value: string; label: string; more?: string };

/** One of several, all in sight. */
export function ChoiceField<T extends Values>({
  form,
  name,
  label,
  options,
  beside,
}: Pick<Shared<T>, "name" | "label"> & {
  form: Pick<Form<T>, "values" | "set">;
  options: Choice[];
  beside?: boolean;
}) {
  return (
    <fieldset className="field">
      <legend className="label">{label}</legend>
      <div className={`choices${beside ? " beside" : ""}`}>
        {options.map((o) => (
          <label key={o.value} className="choice">
            <input
              type="radio"
              name={name}
              value={o.value}
              checked={form.values[name] === o.value}
              onChange={() => form.set(name, o.value as T[typeof name])}
            />
            <span>
              <span className="title">{o.label}</span>
              {o.more && <span className="more">{o.more}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type ChipsProps = {
  id: string;
  label: string;
  words: string[];
  clash?: Set<string>;
  placeholder?: string;
  onChange: (words: string[]) => void;
  /** Is told what is typed before it is a word, empty when it has become one. */
  onType?: (text: string) => void;
  children?: ReactNode;
};

/** Words as chips: Enter or a comma ends one, Backspace takes the last away. */
export function Chips({ id, label, words, clash, placeholder, onChange, onType, children }: ChipsProps) {
  const [text, write] = useState("");
  const setText = (typed: string) => {
    write(typed);
    onType?.(typed.trim());
  };
  const control = useControl(id);
  const add = (typed: string) => {
    const fresh = typed
      .split(/[,、,\n]/)
      .map((w) => w.trim())
      .filter((w) => w !== "" && !words.includes(w));
    if (fresh.length > 0) onChange([...words, ...new Set(fresh)]);
    setText("");
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return; // Enter chooses the characters, not the chip
    if (event.key === "Enter" || event.key === "," || event.key === "、") {
      event.preventDefault();
      add(text);
    } else if (event.key === "Backspace" && text === "" && words.length > 0) {
      onChange(words.slice(0, -1));
    }
  };
  return (
    <div className={`chips${control["aria-invalid"] ? " invalid" : ""}`}>
      <ul aria-label={label}>
        {words.map((w) => (
          <li key={w} className={`chip${clash?.has(w) ? " clash" : ""}`}>
            {w}
            <button
              type="button"
              aria-label={t("chips.remove", { word: w })}
              onClick={() => onChange(words.filter((x) => x !== w))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <input
        {...control}
        value={text}
        placeholder={words.length === 0 ? placeholder : ""}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={key}
        onBlur={() => add(text)}
      />
      {children}
    </div>
  );
}
