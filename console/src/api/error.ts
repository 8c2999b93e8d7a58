// What the admin door answers when it does not do what was asked.
import { t } from "../i18n";

/** A field that the door did not accept, as the request spelled it. */
export type FieldProblem = { field: string; text: string; reason: string };

type Detail = {
  "@type"?: string;
  reason?: string;
  metadata?: Record<string, string>;
  fieldViolations?: { field?: string; description?: string; reason?: string }[];
};

/** ApiError carries the sentence for people, the reason for programs and the fields. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly fields: FieldProblem[];
  readonly metadata: Record<string, string>;
  readonly requestId: string;

  constructor(status: number, body: unknown, requestId = "") {
    const { message, details } = (body ?? {}) as { message?: string; details?: Detail[] };
    super(message ?? "");
    this.status = status;
    this.requestId = requestId;
    const info = details?.find((d) => d.reason !== undefined);
    this.reason = info?.reason ?? (status === 0 ? "OFFLINE" : "INTERNAL");
    this.metadata = info?.metadata ?? {};
    this.fields = (details ?? [])
      .flatMap((d) => d.fieldViolations ?? [])
      .map((v) => ({ field: v.field ?? "", text: v.description ?? "", reason: v.reason ?? "" }));
  }

  /** The problem of one field, whether the door names it alone or below its message. */
  of(field: string): string {
    return this.fields.find((p) => p.field === field || p.field.endsWith(`.${field}`))?.text ?? "";
  }

  /** Whether nobody knows what became of the request: there was no answer, or none of who would know. */
  get unanswered(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** The sentence of it all: the door's, or why there is none. */
  get headline(): string {
    return this.status === 0 ? t("error.OFFLINE") : this.message || t("error.INTERNAL");
  }

  /** What is said of the fields that no input of these names shows; each sentence once. */
  besides(shown: string[]): string[] {
    const rest = this.fields.filter((p) => !shown.some((n) => p.field === n || p.field.endsWith(`.${n}`)));
    return [...new Set(rest.map((p) => p.text))].filter((text) => text !== "" && text !== this.headline);
  }

  /** Everything it says, where no input stands by that would show its part. */
  get text(): string {
    return [this.headline, ...this.besides([])].join(" ");
  }

  /** The same without the problems of one field and what is in it; null when nothing else was wrong. */
  without(field: string): ApiError | null {
    const within = (path: string) => path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
    const rest = this.fields.filter((p) => p.field !== field && !p.field.endsWith(`.${field}`) && !within(p.field));
    if (rest.length === this.fields.length) return this;
    if (rest.length === 0) return null;
    const fieldViolations = rest.map((p) => ({ field: p.field, description: p.text, reason: p.reason }));
    return new ApiError(this.status, {
      message: this.message,
      details: [{ reason: this.reason }, { fieldViolations }],
    });
  }
}

/** Whatever was thrown, as an ApiError. What no request threw is a fault of the console; its words are for nobody. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(500, {});
}
