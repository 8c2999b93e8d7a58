// The hours of a connection as the bars of a chart.
import type { Schemas } from "../../api/client";
import { t } from "../../i18n";
import { clock, dateIn, day, moment, shortDay } from "../../i18n/time";
import { addDays } from "../attendance/periods";

type Hour = Schemas["ConnectionHour"];

/** So many days with the present one, hour by hour as the door counts; one day is the last hours, whatever day they are of. */
export type Span = { days: number; hours: Hour[] };

/** What a bar stands for: an hour, or a day. */
export type Bar = {
  key: string;
  label: string;
  callbacks: number;
  bad: number;
  unmatched: number;
  sent: number;
  failed: number;
};

/** How many hours a span asks for: of whole days one more, for the day on which clocks are put back. */
export const hoursOf = (days: number) => (days === 1 ? 24 : days * 24 + 1);

const dateOf = (h: Hour | undefined, zone: string) => (h?.hour ? dateIn(new Date(h.hour), zone) : "");

// The first of the days that are shown whole: as many hours back a day began long before.
const firstDay = ({ days, hours }: Span, zone: string) => {
  const last = dateOf(hours.at(-1), zone);
  return last && addDays(last, 1 - days);
};

/** The bars of a span: an hour each on one day, and else a day each, of which only the present one is not over. */
export function barsOf(span: Span, zone: string): Bar[] {
  const first = firstDay(span, zone);
  const bars = new Map<string, Bar>();
  for (const h of span.hours) {
    const date = dateOf(h, zone);
    if (span.days > 1 && date < first) continue;
    const [key, label] = span.days > 1 ? [date, shortDay(date)] : [h.hour ?? "", clock(h.hour, zone)];
    const bar = bars.get(key) ?? { key, label, callbacks: 0, bad: 0, unmatched: 0, sent: 0, failed: 0 };
    bar.callbacks += Number(h.callbacks);
    bar.bad += Number(h.signatureFailures);
    bar.unmatched += Number(h.unmatchedTexts);
    bar.sent += Number(h.sentReplies);
    bar.failed += Number(h.failedReplies);
    bars.set(key, bar);
  }
  return [...bars.values()];
}

/** From when to when that is. */
export function spanOf(span: Span, zone: string): string {
  const [first] = span.hours;
  if (!first) return "";
  if (span.days === 1) return t("chart.since", { from: moment(first.hour, zone) });
  return t("chart.days", { from: day(firstDay(span, zone)), to: day(dateOf(span.hours.at(-1), zone)) });
}
