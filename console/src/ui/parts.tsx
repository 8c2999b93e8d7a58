// The pieces that screens are built of.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { prove } from "../api/client";
import { asApiError } from "../api/error";
import { t } from "../i18n";
import { Button, ButtonLink } from "./button";
import { Icon, type IconName } from "./icon";

export type Tone = "good" | "warn" | "bad" | "info" | "plain";
export type Crumb = { to: string; label: string };

/** The head of a screen; its title is also that of the browser's window. */
export function PageHead({
  title,
  lead,
  crumbs = [],
  children,
}: {
  title: string;
  lead?: ReactNode;
  crumbs?: Crumb[];
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} | Dakoku`;
  }, [title]);
  return (
    <div className="page-head">
      <div>
        {crumbs.length > 0 && (
          <nav aria-label={t("nav.crumbs")}>
            <ol className="crumbs">
              {crumbs.map((c) => (
                <li key={c.to}>
                  <Link to={c.to}>{c.label}</Link>
                </li>
              ))}
              <li aria-current="page">{title}</li>
            </ol>
          </nav>
        )}
        <h1>{title}</h1>
        {lead && <p className="lead">{lead}</p>}
      </div>
      {children && <div className="row no-print">{children}</div>}
    </div>
  );
}

export function Card({
  title,
  action,
  foot,
  flush,
  children,
}: {
  title?: ReactNode;
  action?: ReactNode;
  foot?: ReactNode;
  flush?: boolean;
  children?: ReactNode;
}) {
  return (
    <section className="card">
      {(title || action) && (
        <div className="head">
          {title && <h2>{title}</h2>}
          {action}
        </div>
      )}
      {children && <div className={flush ? "" : "body"}>{children}</div>}
      {foot && <div className="foot">{foot}</div>}
    </section>
  );
}

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** The signs of the tones. */
export const signs: Record<string, IconName> = { good: "circleCheck", warn: "alert", bad: "circleX", info: "info" };

export function Notice({
  tone = "info",
  title,
  children,
}: {
  tone?: Exclude<Tone, "plain">;
  title?: ReactNode;
  children?: ReactNode;
}) {
  const alert = tone === "bad" ? { role: "alert", tabIndex: -1 } : {}; // forms give it the focus
  return (
    <div className={`notice ${tone}`} {...alert}>
      <Icon name={signs[tone] ?? "info"} />
      {title && <strong>{title}</strong>}
      {children && <div>{children}</div>}
    </div>
  );
}

/** What an empty list says: that it is empty, and what to do next. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="row">{action}</div>}
    </div>
  );
}

const widths = ["72%", "55%", "64%", "48%", "68%", "58%"];

/** Lines in the place of what is on its way; nobody sees them when it comes within 0.3 s. */
export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div className="stack tight late body-pad" role="status">
      <span className="hidden">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={i} className="skeleton" style={{ width: widths[i % widths.length] }} />
      ))}
    </div>
  );
}

/** What a failure says besides its headline; nothing where that is all. */
export function Sentences({ of }: { of: string[] }) {
  if (of.length === 0) return null;
  return (
    <ul className="list">
      {of.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

/** A failure to show something, with the way out. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const e = asApiError(error);
  if (e.reason === "PROOF_REQUIRED" && retry) {
    return (
      <Notice tone="warn" title={t("proof.needed")}>
        <Button small icon="shield" onClick={async () => (await prove()) && retry()}>
          {t("proof.show")}
        </Button>
      </Notice>
    );
  }
  const closed = e.status === 403 || e.status === 404; // to try again may not help
  return (
    <Notice tone="bad" title={e.headline}>
      <Sentences of={e.besides([])} />
      {e.status >= 500 && e.requestId && <p className="small muted">{t("error.request", { id: e.requestId })}</p>}
      {retry && (
        <p className="row">
          <Button small icon="undo" onClick={retry}>
            {t("action.retry")}
          </Button>
          {closed && (
            <ButtonLink small to="/">
              {t("lost.home")}
            </ButtonLink>
          )}
        </p>
      )}
    </Notice>
  );
}

/** Facts in two columns; those without a value are left out. */
export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {items
        .filter(([, value]) => value !== undefined && value !== "" && value !== null && value !== false)
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

type TileProps = { label: string; value: ReactNode; unit?: string; more?: ReactNode; tone?: "warn" | "bad" | "" };

export function Tiles({ tiles }: { tiles: TileProps[] }) {
  return (
    <dl className="tiles">
      {tiles.map((x) => (
        <div key={x.label} className={`tile ${x.tone ?? ""}`}>
          <dt>{x.label}</dt>
          <dd>
            {x.value}
            {x.unit && <small>{x.unit}</small>}
            {x.more && <div className="more">{x.more}</div>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A row of choices of which one holds. */
export function Segments<T extends string>({
  label,
  value,
  options,
  disabled,
  onChange,
}: {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  disabled?: boolean;
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="segments" disabled={disabled}>
      <legend className="hidden">{label}</legend>
      {options.map((o) => (
        <button key={o.value} type="button" aria-pressed={o.value === value} onClick={() => onChange(o.value)}>
          {o.label}
        </button>
      ))}
    </fieldset>
  );
}
