import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { asApiError } from "../api/error";
import { t } from "../i18n";
import { Button } from "./button";

type DialogProps = { title: string; wide?: boolean; awaited?: boolean; onClose?: () => void; children: ReactNode };

/**
 * A modal dialog, open while it is on the screen. Without onClose it cannot be left. Awaited is one for whose answer a
 * Back waits: a second Back is asked about anew, since the history can only take back the way from where it stands then.
 */
export function Dialog({ title, wide, awaited, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [question, confirm] = useConfirm();
  const before = useRef(new Map<Typed, string>());
  useEffect(() => {
    const opener = document.activeElement;
    const dialog = ref.current;
    if (dialog) show(dialog);
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement) opener.focus();
      if (document.activeElement === document.body) rest()?.focus();
    };
  }, []);
  // Escape is one key, and what was typed may be long: it is not lost unasked. Who presses キャンセル means it.
  const dismiss = () => {
    const lost = [...before.current].some(([field, text]) => field.isConnected && field.value !== text);
    if (!onClose || !lost) return onClose?.();
    confirm({
      title: t("dialog.lose.title"),
      text: t("dialog.lose.text"),
      action: t("dialog.lose.button"),
      danger: true,
      run: async () => onClose(),
    });
  };
  return (
    <>
      <dialog
        ref={ref}
        className={`dialog${wide ? " wide" : ""}`}
        aria-labelledby={id}
        data-back={onClose && !awaited ? "leaves" : undefined}
        onFocus={({ target }) => {
          if (isTyped(target) && !before.current.has(target)) before.current.set(target, target.value);
        }}
        onCancel={(event) => {
          event.preventDefault();
          dismiss();
        }}
        onClose={({ currentTarget: dialog }) => {
          // Browsers let nobody be held: they close a dialog that prevented it once, without asking again.
          if (!dialog.isConnected || dialog.open) return;
          show(dialog);
          dismiss();
        }}
      >
        <div className="inside">
          <h2 id={id}>{title}</h2>
          {children}
        </div>
      </dialog>
      {question}
    </>
  );
}

type Typed = HTMLInputElement | HTMLTextAreaElement;

// Whether text is typed into it; what is chosen is chosen again as quickly.
const isTyped = (field: Element): field is Typed =>
  field instanceof HTMLTextAreaElement ||
  (field instanceof HTMLInputElement && !["checkbox", "radio", "file"].includes(field.type));

function show(dialog: HTMLDialogElement) {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector<HTMLElement>("input:not([readonly]), textarea, select")?.focus();
}

// Where the focus goes when what opened a dialog is gone with what was done, or can be
// pressed no longer: into the dialog below, or else to the screen. Without it a keyboard begins anew.
function rest(): HTMLElement | null {
  const below = [...document.querySelectorAll<HTMLElement>("dialog[open] button")].at(-1);
  return below ?? document.getElementById("main");
}

type Question = {
  title: string;
  text: ReactNode;
  action: string;
  danger?: boolean;
  /** Whether a Back waits for the answer. */
  awaited?: boolean;
  /** Asks for a text, which may be required, and hands it over. */
  reason?: { label: string; hint?: string; required: boolean };
  run: (reason: string) => Promise<unknown>;
  /** What follows when somebody would rather not. */
  otherwise?: () => void;
};

/** useConfirm asks before something that cannot be undone, and stays open until it is done. */
export function useConfirm(): [ReactNode, (question: Question) => void] {
  const [{ n, question }, setAsked] = useState<{ n: number; question: Question | null }>({ n: 0, question: null });
  const ask = useCallback((next: Question) => setAsked((old) => ({ n: old.n + 1, question: next })), []);
  const close = () => setAsked((old) => ({ ...old, question: null }));
  // What is asked anew stands above a dialog that was shown anew meanwhile.
  return [question && <Confirm key={n} question={question} onClose={close} />, ask];
}

function Confirm({ question, onClose }: { question: Question; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState({ text: "", ofReason: false });
  const id = useId();
  const run = async () => {
    if (question.reason?.required && reason.trim() === "") {
      setProblem({ text: t("form.required", { label: question.reason.label }), ofReason: true });
      document.getElementById(id)?.focus();
      return;
    }
    setBusy(true);
    setProblem({ text: "", ofReason: false });
    try {
      await question.run(reason.trim());
      onClose();
    } catch (error) {
      const { text, fields } = asApiError(error);
      setProblem({ text, ofReason: fields.some((f) => f.field === "reason" || f.field === "comment") });
      setBusy(false);
    }
  };
  const leave = () => {
    question.otherwise?.();
    onClose();
  };
  return (
    <Dialog title={question.title} awaited={question.awaited} onClose={leave}>
      <div>{question.text}</div>
      {question.reason && (
        <div className="field">
          <label htmlFor={id}>
            {question.reason.label}
            <span className={question.reason.required ? "required" : "optional"}>
              {t(question.reason.required ? "form.must" : "form.may")}
            </span>
          </label>
          <textarea
            id={id}
            className="input"
            maxLength={1000}
            value={reason}
            aria-invalid={problem.ofReason || undefined}
            aria-describedby={`${id}-more`}
            onChange={(e) => setReason(e.target.value)}
          />
          {question.reason.hint && (
            <span className="hint" id={`${id}-more`}>
              {question.reason.hint}
            </span>
          )}
        </div>
      )}
      {problem.text && (
        <p className="notice bad" role="alert">
          <span>{problem.text}</span>
        </p>
      )}
      <div className="buttons">
        <Button look="secondary" onClick={leave}>
          {t("action.cancel")}
        </Button>
        <Button look={question.danger ? "danger" : "primary"} busy={busy} onClick={run}>
          {question.action}
        </Button>
      </div>
    </Dialog>
  );
}
