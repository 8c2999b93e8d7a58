// What happened on a connection, as bars; the same as a table for those who
// cannot see them.
import type { Schemas } from "../../api/client";
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { clock, dateIn, shortDay } from "../../i18n/time";

type Hour = Schemas["ConnectionHour"];
type Bar = { label: string; callbacks: number; bad: number; unmatched: number; replies: number };

export function HoursChart({ hours }: { hours: Hour[] }) {
  const zone = useZone();
  const bars = grouped(hours, zone);
  const most = Math.max(4, ...bars.map((b) => b.callbacks + b.bad));
  const step = 100 / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 8);
  const total = (pick: (b: Bar) => number) => bars.reduce((sum, b) => sum + pick(b), 0).toLocaleString();
  return (
    <figure className="chart">
      <svg
        role="img"
        aria-label={t("chart.summary", {
          callbacks: total((b) => b.callbacks),
          bad: total((b) => b.bad),
          replies: total((b) => b.replies),
        })}
        preserveAspectRatio="none"
        viewBox="0 0 100 60"
      >
        <line className="axis" x1="0" x2="100" y1="59.8" y2="59.8" vectorEffect="non-scaling-stroke" />
        {bars.map((b, i) => {
          const height = (b.callbacks / most) * 58;
          const bad = (b.bad / most) * 58;
          return (
            <g key={b.label}>
              <rect className="bar" x={i * step + step * 0.15} width={step * 0.7} y={59.6 - height} height={height} />
              <rect
                className="bar bad"
                x={i * step + step * 0.15}
                width={step * 0.7}
                y={59.6 - height - bad}
                height={bad}
              />
              <title>{`${b.label} ${b.callbacks}`}</title>
            </g>
          );
        })}
      </svg>
      <div className="ticks" aria-hidden="true">
        {bars
          .filter((_, i) => i % every === 0)
          .map((b) => (
            <span key={b.label}>{b.label}</span>
          ))}
      </div>
      <ul className="legend">
        <li>
          {t("figure.callbacks")} {total((b) => b.callbacks)}
        </li>
        <li className="bad">
          {t("figure.signature")} {total((b) => b.bad)}
        </li>
        <li className="none">
          {t("figure.unmatched")} {total((b) => b.unmatched)}
        </li>
        <li className="none">
          {t("figure.replies")} {total((b) => b.replies)}
        </li>
      </ul>
    </figure>
  );
}

// Up to two days by hours, more by days.
function grouped(hours: Hour[], zone: string): Bar[] {
  const byHour = hours.length <= 48;
  const bars = new Map<string, Bar>();
  for (const h of hours) {
    const at = h.hour ?? "";
    const label = byHour ? clock(at, zone) : shortDay(dateIn(new Date(at), zone));
    const key = byHour ? at : label;
    const bar = bars.get(key) ?? { label, callbacks: 0, bad: 0, unmatched: 0, replies: 0 };
    bar.callbacks += Number(h.callbacks);
    bar.bad += Number(h.signatureFailures);
    bar.unmatched += Number(h.unmatchedTexts);
    bar.replies += Number(h.sentReplies);
    bars.set(key, bar);
  }
  return [...bars.values()];
}
