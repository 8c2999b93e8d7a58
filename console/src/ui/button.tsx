import { createLink } from "@tanstack/react-router";
import {
  type AnchorHTMLAttributes,
  type ButtonHTMLAttributes,
  type ChangeEvent,
  forwardRef,
  type ReactNode,
  useRef,
  useState,
} from "react";
import { t } from "../i18n";
import { Icon, type IconName } from "./icon";
import { say } from "./toast";

type Look = "primary" | "secondary" | "quiet" | "danger" | "danger-quiet";
type Shape = { look?: Look; icon?: IconName; small?: boolean; wide?: boolean };

const classes = ({ look = "secondary", small, wide }: Shape) =>
  `button ${look}${small ? " small" : ""}${wide ? " wide" : ""}`;

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Shape & { busy?: boolean };

/** A button. While busy it keeps its place and its focus and does nothing. */
export function Button({ look, icon, small, wide, busy, children, onClick, className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${classes({ look, small, wide })} ${className}`}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

type FileProps = Omit<ButtonProps, "onClick"> & { accept: string; take: (file: File) => unknown };

/** A button that opens a choice of files. The same file can be chosen again, after it was put right. */
export function FileButton({ accept, take, ...rest }: FileProps) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const file = currentTarget.files?.[0];
    if (file) take(file);
    currentTarget.value = ""; // or the browser would take the same file for no change
  };
  return (
    <>
      <input ref={input} type="file" hidden accept={accept} onChange={chosen} />
      <Button {...rest} onClick={() => input.current?.click()} />
    </>
  );
}

/** A button that shows an icon alone and tells its name to those who cannot see it. */
export function IconButton({
  icon,
  label,
  small,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string; small?: boolean }) {
  return (
    <button type="button" {...rest} className={`button icon${small ? " small" : ""}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}

const Anchor = forwardRef<HTMLAnchorElement, AnchorHTMLAttributes<HTMLAnchorElement> & Shape>(function Anchor(
  { look, icon, small, wide, children, ...rest },
  ref,
) {
  return (
    <a ref={ref} {...rest} className={classes({ look, small, wide })}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
});

/** A link that looks like a button, to another screen. */
export const ButtonLink = createLink(Anchor);

/** A link that looks like a button, to a page or file outside the console. */
export const ButtonAnchor = Anchor;

/** A value with a button that puts it on the clipboard. */
export function CopyField({ value, label }: { value: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      say(t("copy.done", { label }));
      setTimeout(() => setCopied(false), 2500);
    } catch {
      say(t("copy.failed"), "bad");
    }
  };
  return (
    <div className="copy">
      <code>{value}</code>
      <Button icon={copied ? "check" : "copy"} onClick={copy} aria-label={t("copy.what", { label })}>
        {copied ? t("copy.copied") : t("copy.copy")}
      </Button>
    </div>
  );
}

/** A menu behind a button; it closes with Escape, a choice or a click elsewhere. */
export function Menu({
  label,
  icon = "more",
  className = "",
  children,
}: {
  label: string;
  icon?: IconName;
  className?: string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  // The focus goes back to what opened the menu, before an item that opens a dialog remembers it.
  const close = () => {
    setOpen(false);
    whole.current?.querySelector("button")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches focus and Escape of what is inside
    <div
      ref={whole}
      className={`pop ${className}`}
      onBlur={(e) => !e.currentTarget.contains(e.relatedTarget) && setOpen(false)}
      onKeyDown={(e) => e.key === "Escape" && open && close()}
    >
      <IconButton icon={icon} label={label} aria-expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the items inside are buttons and links
        // biome-ignore lint/a11y/noStaticElementInteractions: the items inside are buttons and links
        <div className="panel" onClick={close}>
          {children}
        </div>
      )}
    </div>
  );
}
