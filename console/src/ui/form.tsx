// Forms: values that outlive a reload, errors beside their fields, one request
// at a time.
import {
  createContext,
  type FormEvent,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { type ApiError, asApiError } from "../api/error";
import { t } from "../i18n";
import { Button } from "./button";
import { changeOf, holdSecrets, onForget, readDraft, readSecrets, withChange, writeDraft } from "./draft";
import { Icon } from "./icon";
import { Notice, Sentences } from "./parts";

type Values = Record<string, unknown>;

type Options<T> = {
  /** Keeps what is typed under this name until it is sent. */
  draft?: string;
  /** Fields that are never stored: they are secret, and held in memory until they are sent. */
  secret?: (keyof T)[];
  /** Checks before anything is sent; names of fields with what is wrong. */
  check?: (values: T) => Partial<Record<keyof T, string>>;
  /** What was refused before this form came to the screen, with the values that it shows. */
  refused?: ApiError;
  /** Refusals that are about one field without naming it, by reason. */
  reasons?: Record<string, keyof T>;
};

export type Form<T extends Values> = ReturnType<typeof useForm<T>>;

/**
 * useForm keeps the values of a form, sends them once and shows what the door says of them. What was typed is kept
 * apart from what is loaded: when that is loaded anew, what nobody touched follows, as the etag beside it does.
 */
export function useForm<T extends Values>(loaded: T, options: Options<T> = {}) {
  const { draft, secret = [], check, reasons = {} } = options;
  const [typed, setTyped] = useTyped(draft, loaded, secret);
  const [restored, setRestored] = useState(() => Object.keys(typed).some((name) => !secret.includes(name)));
  const [failure, setFailure] = useState<ApiError | null>(options.refused ?? null);
  const [mine, setMine] = useState<Partial<Record<keyof T, string>>>({});
  const [busy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const showProblem = useSight(element, options.refused !== undefined);
  const id = useId();
  const values = withChange(loaded, typed) as T;

  const set = <K extends keyof T>(name: K, value: T[K]) => {
    setTyped(({ [name]: _, ...others }) => {
      const change = changeOf(loaded[name], value);
      return (change === undefined ? others : { ...others, [name]: change }) as Partial<T>;
    });
    setMine((old) => ({ ...old, [name]: undefined }));
    setFailure((old) => (old && reasons[old.reason] === name ? null : (old?.without(String(name)) ?? null)));
  };

  // The draft goes at once: a form that has left the screen has no effects any more.
  const forget = () => {
    if (draft) {
      writeDraft(draft, {});
      holdSecrets(draft, {});
    }
    setTyped({});
    setRestored(false);
  };

  const restart = () => {
    forget();
    setFailure(null);
    setMine({});
  };

  const blamed = failure ? reasons[failure.reason] : undefined;
  const problem = (name: keyof T & string) =>
    mine[name] || failure?.of(name) || (blamed === name && failure?.message) || "";

  // refuse says beside a field why something did not get into it.
  const refuse = (name: keyof T, why: string) => {
    setMine((old) => ({ ...old, [name]: why }));
    showProblem();
  };

  // judge says what is wrong with the values before anybody is asked; false when nothing is.
  const judge = () => {
    const found = check?.(values) ?? {};
    setMine(found);
    setFailure(null);
    if (!Object.values(found).some(Boolean)) return false;
    showProblem();
    return true;
  };

  const run = async (send: (values: T) => Promise<unknown>, keep = false) => {
    if (busy || judge()) return false;
    setBusy(true);
    try {
      await send(values);
      if (draft && !keep) forget();
      return true;
    } catch (error) {
      setFailure(asApiError(error));
      showProblem();
      return false;
    } finally {
      setBusy(false);
    }
  };

  return {
    values,
    set,
    problem,
    blamed,
    failure,
    setFailure,
    busy,
    run,
    inspect: judge,
    refuse,
    restored,
    restart,
    element,
    id,
  };
}

// useSight answers what shows a problem. One is of no use where it is not seen: the first field that has one gets the
// focus, or else what is said on top, if that is above what is shown.
function useSight(element: RefObject<HTMLFormElement | null>, atOnce: boolean) {
  const [problems, setProblems] = useState(atOnce ? 1 : 0);
  useEffect(() => {
    if (problems === 0) return;
    const seek = (what: string) => element.current?.querySelector<HTMLElement>(what);
    const field = seek('[aria-invalid="true"]');
    const said = seek(":scope > [role=alert]");
    if (field) field.focus();
    else if (said && said.getBoundingClientRect().top < 0) said.focus();
  }, [problems, element]);
  return () => setProblems((n) => n + 1);
}

// useTyped holds what was typed: what is no secret beyond a reload, secrets in memory alone.
function useTyped<T extends Values>(draft: string | undefined, loaded: T, secret: (keyof T)[]) {
  const [typed, setTyped] = useState<Partial<T>>(() => ({ ...readDraft(draft, loaded), ...readSecrets(draft) }));
  const part = (all: Partial<T>, hidden: boolean) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => secret.includes(name) === hidden)) as Partial<T>;
  const [open, hidden] = [part(typed, false), part(typed, true)].map((values) => JSON.stringify(values)) as [
    string,
    string,
  ];
  useEffect(() => {
    if (draft) writeDraft(draft, JSON.parse(open));
  }, [draft, open]);
  useEffect(() => {
    if (draft) holdSecrets(draft, JSON.parse(hidden));
  }, [draft, hidden]);
  useEffect(() => onForget(() => setTyped((all) => part(all, false))));
  return [typed, setTyped] as const;
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
        <Notice tone="bad" title={failure.headline}>
          <Sentences of={failure.besides(own)} />
        </Notice>
      )}
      {children}
    </form>
  );
}
