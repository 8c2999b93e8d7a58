// What a connection does, in numbers.
import type { Schemas } from "../../api/client";
import { t } from "../../i18n";
import { ago, clock, moment } from "../../i18n/time";

type Tone = "warn" | "bad" | "";
type Tile = { label: string; value: string | number; unit?: string; more?: string; tone?: Tone };

const count = (value: string | undefined) => Number(value ?? 0).toLocaleString();
const bad = (value: string | undefined): Tone => (Number(value ?? 0) > 0 ? "bad" : "");

export function figureTiles(f: Schemas["ConnectionFigures"] | undefined, zone: string): Tile[] {
  return [
    {
      label: t("figure.lastCallback"),
      value: f?.lastCallbackTime ? ago(f.lastCallbackTime) : "–",
      more: moment(f?.lastCallbackTime, zone),
    },
    { label: t("figure.callbacks"), value: count(f?.callbacks), unit: t("unit.times"), more: t("figure.day") },
    {
      label: t("figure.signature"),
      value: count(f?.signatureFailures),
      unit: t("unit.times"),
      tone: bad(f?.signatureFailures),
      more: t("figure.day"),
    },
    {
      label: t("figure.unmatched"),
      value: count(f?.unmatchedTexts),
      unit: t("unit.times"),
      more: t("figure.day"),
    },
    {
      label: t("figure.lastReply"),
      value: f?.lastReplyTime ? ago(f.lastReplyTime) : "–",
      more: moment(f?.lastReplyTime, zone),
    },
    {
      label: t("figure.queued"),
      value: f?.queuedReplies ?? 0,
      unit: t("unit.items"),
      tone: (f?.queuedReplies ?? 0) > 50 ? "warn" : "",
    },
    {
      label: t("figure.failed"),
      value: count(f?.failedReplies),
      unit: t("unit.items"),
      tone: bad(f?.failedReplies),
      more: t("figure.day"),
    },
    {
      label: t("figure.rate"),
      value: f?.rateLimit ? `${f.rateLimit.remaining} / ${f.rateLimit.limit}` : "–",
      more: t(f?.rateLimit?.sustained ? "figure.sustained" : "figure.perMinute"),
    },
    {
      label: t("figure.accessToken"),
      value: f?.accessTokenExpireTime ? clock(f.accessTokenExpireTime, zone) : "–",
      more: moment(f?.accessTokenExpireTime, zone),
    },
  ];
}
