// Days, times and lengths as people in offices read them: 24 hours, 年月日.
import { language, t } from "./index";

const locale = () => (language() === "ja" ? "ja-JP" : "en-GB");
const cache = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${zone} ${JSON.stringify(options)}`;
  let made = cache.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone, hourCycle: "h23" });
    cache.set(key, made);
  }
  return made;
}

/** 2026年11月27日(金) of a YYYY-MM-DD. */
export function day(date: string | undefined): string {
  if (!date) return "";
  return format("UTC", { year: "numeric", month: "long", day: "numeric", weekday: "short" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** 11/27(金) of a YYYY-MM-DD, for narrow columns. */
export function shortDay(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (language() === "en") return format("UTC", { weekday: "short", day: "numeric", month: "short" }).format(at);
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}(${format("UTC", { weekday: "short" }).format(at)})`;
}

/** Whether a YYYY-MM-DD is a day that can be meant: a year that is half typed, as 0026, makes none. */
export function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  const there = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
  return there && date >= "1900-01-01" && date <= "9999-12-30";
}

/** 0 is Sunday. */
export const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

/** 2026年11月 of a YYYY-MM. */
export function month(period: string | undefined): string {
  if (!period) return "";
  return format("UTC", { year: "numeric", month: "long" }).format(new Date(`${period}-01T00:00:00Z`));
}

const toTheMinute: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const toTheSecond: Intl.DateTimeFormatOptions = { ...toTheMinute, second: "2-digit" };

/** 2026年11月27日 09:00 of an instant, or 09:00:12 with seconds. */
export function moment(instant: string | undefined, zone: string, seconds = false): string {
  if (!instant) return "";
  const clock = seconds ? toTheSecond : toTheMinute;
  return format(zone, { year: "numeric", month: "long", day: "numeric", ...clock }).format(new Date(instant));
}

/** 09:00, or 09:00:12 with seconds. */
export function clock(instant: string | undefined, zone: string, seconds = false): string {
  if (!instant) return "";
  return format(zone, seconds ? toTheSecond : toTheMinute).format(new Date(instant));
}

/** 24:50, or 24:50:12 with seconds, of an instant after the midnight of the YYYY-MM-DD that it belongs to. */
export function clockOf(day: string | undefined, instant: string | undefined, zone: string, seconds = false): string {
  const text = clock(instant, zone, seconds);
  if (!day || !instant) return text;
  const later = (Date.parse(dateIn(new Date(instant), zone)) - Date.parse(day)) / 86_400_000;
  return later > 0 ? `${Number(text.slice(0, 2)) + 24 * later}${text.slice(2)}` : text;
}

/** The YYYY-MM-DD on which an instant falls in the zone. */
export function dateIn(instant: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(instant);
}

/** 8時間05分 of minutes. */
export function hours(minutes: number | undefined): string {
  const all = minutes ?? 0;
  return t("time.hours", { h: Math.floor(all / 60), m: String(all % 60).padStart(2, "0") });
}

/** 8:05 of minutes, for columns. */
export function colon(minutes: number | undefined): string {
  const all = minutes ?? 0;
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
}

/** How long ago, in one unit. */
export function ago(instant: string | undefined, now = Date.now()): string {
  if (!instant) return "";
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return t("time.justNow");
}

/** The instant of a wall-clock time in the zone; date is YYYY-MM-DD, time HH:MM where the hour may pass 24. */
export function instantOf(date: string, time: string, zone: string): string {
  const [h = 0, m = 0] = time.split(":").map(Number);
  const wanted = Date.parse(`${date}T00:00:00Z`) + (h * 60 + m) * 60_000;
  const offset = (at: number) => {
    const p = Object.fromEntries(
      new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
      })
        .formatToParts(new Date(at))
        .map((x) => [x.type, Number(x.value)]),
    );
    return Date.UTC(p.year ?? 0, (p.month ?? 1) - 1, p.day, p.hour, p.minute) - at;
  };
  const guess = wanted - offset(wanted);
  return new Date(wanted - offset(guess)).toISOString();
}

/**
 * The HH:MM that somebody typed, with an hour after midnight up to 47; empty when it is none. The keys of a phone have
 * no colon, and Japanese input writes wide letters: 900, 9:00, 9時 and 9時30分 are times, too.
 */
export function typedClock(text: string): string {
  const found = /^([0-3]?\d|4[0-7])(?::?([0-5]\d)|時(?:([0-5]?\d)分)?)$/.exec(text.normalize("NFKC").trim());
  if (!found) return "";
  const [, hour = "", minute = found[3] ?? ""] = found;
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}
