// Forms: values that outlive a reload, errors beside their fields, one request
// at a time.
import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { type ApiError, asApiError, sentenceOf } from "../api/error";
import { t } from "../i18n";
import { Button } from "./button";
import { Icon } from "./icon";
import { Notice } from "./parts";

type Values = Record<string, unknown>;

type Options<T> = {
  /** Keeps what is typed under this name until it is sent. */
  draft?: string;
  /** Fields that are never kept: they are secret. */
  secret?: (keyof T)[];
  /** Checks before anything is sent; names of fields with what is wrong. */
  check?: (values: T) => Partial<Record<keyof T, string>>;
  /** Refusals that are about one field without naming it, by reason. */
  reasons?: Record<string, keyof T>;
};

const draftKey = (name: string) => `dakoku.draft.${name}`;

function readDraft(name: string | undefined): Values | null {
  if (!name) return null;
  try {
    return JSON.parse(sessionStorage.getItem(draftKey(name)) ?? "null");
  } catch {
    return null;
  }
}

/** forgetDrafts removes everything that was typed and not sent, at log-out. */
export function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(draftKey(""))) sessionStorage.removeItem(key);
  }
}

export type Form<T extends Values> = ReturnType<typeof useForm<T>>;

/** useForm keeps the values of a form, sends them once and shows what the door says of them. */
export function useForm<T extends Values>(initial: T, options: Options<T> = {}) {
  const [kept] = useState(() => readDraft(options.draft));
  const [values, setValues] = useState<T>(() => ({ ...initial, ...kept }));
  const [restored, setRestored] = useState(kept !== null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [mine, setMine] = useState<Partial<Record<keyof T, string>>>({});
  const [busy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const id = useId();
  const { draft, secret = [], check, reasons = {} } = options;

  const set = useCallback(
    <K extends keyof T>(name: K, value: T[K]) => {
      setValues((old) => {
        const next = { ...old, [name]: value };
        if (draft) {
          const open = Object.fromEntries(Object.entries(next).filter(([key]) => !secret.includes(key)));
          sessionStorage.setItem(draftKey(draft), JSON.stringify(open));
        }
        return next;
      });
      setMine((old) => ({ ...old, [name]: undefined }));
      setFailure((old) => (old && reasons[old.reason] === name ? null : (old?.without(String(name)) ?? null)));
    },
    [draft, secret, reasons],
  );

  const clear = useCallback(() => {
    if (draft) sessionStorage.removeItem(draftKey(draft));
    setRestored(false);
  }, [draft]);

  const restart = () => {
    clear();
    setValues(initial);
    setFailure(null);
    setMine({});
  };

  const blamed = failure ? reasons[failure.reason] : undefined;
  const problem = (name: keyof T & string) =>
    mine[name] || failure?.of(name) || (blamed === name && failure?.message) || "";

  // A problem is of no use where it is not seen: the first field that has one gets the focus.
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const run = async (send: (values: T) => Promise<unknown>, keep = false) => {
    if (busy) return false;
    const found = check?.(values) ?? {};
    setMine(found);
    setFailure(null);
    if (Object.values(found).some(Boolean)) {
      setRefusals((n) => n + 1);
      return false;
    }
    setBusy(true);
    try {
      await send(values);
      if (!keep) clear();
      return true;
    } catch (error) {
      setFailure(asApiError(error));
      setRefusals((n) => n + 1);
      return false;
    } finally {
      setBusy(false);
    }
  };

  return { values, set, problem, blamed, failure, setFailure, busy, run, restored, restart, clear, element, id };
}

type Shown = { name: string; problem: string };
const FieldContext = createContext<Shown>({ name: "", problem: "" });

/** The attributes of the control within a Field. */
export function useControl(id: string) {
  const { problem } = useContext(FieldContext);
  return {
    id,
    name: id,
    "aria-invalid": problem !== "" || undefined,
    "aria-describedby": `${id}-hint ${id}-problem`,
  };
}

type FieldProps = {
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  problem?: string;
  optional?: boolean;
  must?: boolean;
  children: ReactNode;
};

/** A label, its control, a hint and what is wrong. */
export function Field({ id, label, hint, problem = "", optional, must, children }: FieldProps) {
  return (
    <FieldContext.Provider value={{ name: id, problem }}>
      <div className="field">
        <label htmlFor={id}>
          {label}
          {optional && <span className="optional">{t("form.may")}</span>}
          {must && <span className="required">{t("form.must")}</span>}
        </label>
        {children}
        {hint && (
          <span className="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
        <span id={`${id}-problem`} className={problem ? "problem" : "hidden"}>
          {problem && <Icon name="alert" />}
          {problem}
        </span>
      </div>
    </FieldContext.Provider>
  );
}

/** A form with its failure on top: what belongs to no field of it is said there. */
export function FormBody<T extends Values>({
  form,
  names,
  onSubmit,
  children,
}: {
  form: Form<T>;
  names?: string[];
  onSubmit: () => void;
  children: ReactNode;
}) {
  const { failure } = form;
  const own = (names ?? Object.keys(form.values)) as string[];
  const rest = failure?.fields.filter((p) => !own.some((n) => p.field === n || p.field.endsWith(`.${n}`))) ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit();
  };
  return (
    <form ref={form.element} onSubmit={submit} noValidate className="stack">
      {form.restored && (
        <Notice title={t("form.restored")}>
          <Button small look="quiet" onClick={form.restart}>
            {t("form.discard")}
          </Button>
        </Notice>
      )}
      {failure && form.blamed === undefined && (
        <Notice tone="bad" title={sentenceOf(failure)}>
          {rest.length > 0 && (
            <ul className="list">
              {rest.map((p) => (
                <li key={p.field + p.reason}>{p.text}</li>
              ))}
            </ul>
          )}
        </Notice>
      )}
      {children}
    </form>
  );
}
