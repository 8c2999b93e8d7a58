// Periods are named after the month in which their closing day lies.
import { clock, dateIn, instantOf, isDay } from "../../i18n/time";

/** The period, YYYY-MM, into which a day falls. */
export function periodOf(date: string, closingDay: number): string {
  const [y = 0, m = 1, d = 1] = date.split("-").map(Number);
  return closingDay < 31 && d > closingDay ? shift(`${y}-${String(m).padStart(2, "0")}`, 1) : date.slice(0, 7);
}

/** Whether a text, as of an address, is a period. */
export const isPeriod = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

/** The period so many months later. */
export function shift(period: string, months: number): string {
  const [y = 0, m = 1] = period.split("-").map(Number);
  const at = new Date(Date.UTC(y, m - 1 + months, 1));
  return `${at.getUTCFullYear()}-${String(at.getUTCMonth() + 1).padStart(2, "0")}`;
}

/** The business day of an instant: the day changes when the clock of the zone shows the cutoff, HH:MM. */
export function businessDay(instant: Date, zone: string, cutoff: string): string {
  const date = dateIn(instant, zone);
  return clock(instant.toISOString(), zone) < cutoff ? addDays(date, -1) : date;
}

/**
 * The business day that is meant by a date and an HH:MM beside it, as far as they are typed; whoever writes an hour past
 * midnight has named it.
 */
export function meantDay(date: string, time: string, zone: string, dayOf: (instant: Date) => string): string {
  if (!isDay(date)) return "";
  return time === "" || time >= "24" ? date : dayOf(new Date(instantOf(date, time, zone)));
}

/** The day so many days later, YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Every day from the first to the last. */
export function daysBetween(first: string, last: string): string[] {
  const out: string[] = [];
  for (let d = first; d <= last && out.length < 62; d = addDays(d, 1)) out.push(d);
  return out;
}
