// What happened on a connection, as bars: what came in, and what was answered;
// the same as a table for those who cannot see them or want the numbers.
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { Rows } from "../../ui/list";
import { type Bar, barsOf, type Span, spanOf } from "./hours";

type Series = { label: string; tone: "" | "calm" | "bad"; of: (b: Bar) => number };

const received = (): Series[] => [
  { label: t("figure.matched"), tone: "", of: (b) => Math.max(0, b.callbacks - b.unmatched) },
  { label: t("figure.unmatched"), tone: "calm", of: (b) => b.unmatched },
  { label: t("figure.signature"), tone: "bad", of: (b) => b.bad },
];
const answered = (): Series[] => [
  { label: t("figure.replies"), tone: "", of: (b) => b.sent },
  { label: t("figure.failed"), tone: "bad", of: (b) => b.failed },
];

export function HoursChart(span: Span) {
  const zone = useZone();
  const bars = barsOf(span, zone);
  const all = [...received(), ...answered()];
  const some = bars.filter((b) => all.some((s) => s.of(b) > 0));
  return (
    <div className="stack">
      <p className="small muted">{spanOf(span, zone)}</p>
      <div className="charts">
        <Chart title={t("chart.received")} bars={bars} series={received()} />
        <Chart title={t("chart.answered")} bars={bars} series={answered()} />
      </div>
      <details className="numbers">
        <summary>{t("chart.numbers")}</summary>
        {some.length === 0 ? (
          <p className="muted small">{t("chart.nothing")}</p>
        ) : (
          <Rows
            rows={some}
            id={(b) => b.key}
            columns={[
              { label: t("events.time"), kind: "head", nowrap: true, cell: (b) => b.label },
              ...all.map((s) => ({
                label: s.label,
                kind: "figure" as const,
                cell: (b: Bar) => s.of(b).toLocaleString(),
              })),
            ]}
          />
        )}
      </details>
    </div>
  );
}

function Chart({ title, bars, series }: { title: string; bars: Bar[]; series: Series[] }) {
  const sum = (b: Bar) => series.reduce((all, s) => all + s.of(b), 0);
  const most = Math.max(4, ...bars.map(sum));
  const step = 100 / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 6);
  const total = (s: Series) => bars.reduce((all, b) => all + s.of(b), 0).toLocaleString();
  return (
    <figure className="chart">
      <figcaption>
        <strong>{title}</strong>
        <span className="small muted">{t("chart.most", { n: most.toLocaleString() })}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={[title, ...series.map((s) => `${s.label} ${total(s)}`)].join(" ")}
        preserveAspectRatio="none"
        viewBox="0 0 100 60"
      >
        {[0.2, 30, 59.8].map((y) => (
          <line key={y} className="axis" x1="0" x2="100" y1={y} y2={y} vectorEffect="non-scaling-stroke" />
        ))}
        {bars.map((b, i) => (
          <g key={b.key}>
            <title>{[b.label, ...series.map((s) => `${s.label} ${s.of(b).toLocaleString()}`)].join(" ")}</title>
            {series.map((s, at) => {
              const below = series.slice(0, at).reduce((all, x) => all + x.of(b), 0);
              const least = s.tone === "bad" && s.of(b) > 0 ? 1.5 : 0; // something bad is seen beside very much that is good
              const height = Math.max(least, (s.of(b) / most) * 59.4);
              const y = Math.max(0.2, 59.6 - (below / most) * 59.4 - height);
              return (
                <rect
                  key={s.label}
                  className={`bar ${s.tone}`}
                  x={i * step + step * 0.15}
                  width={step * 0.7}
                  y={y}
                  height={height}
                />
              );
            })}
          </g>
        ))}
      </svg>
      <div className="ticks" aria-hidden="true">
        {bars
          .filter((_, i) => i % every === 0)
          .map((b, i) => (
            <span key={b.key} style={{ flexGrow: Math.min(every, bars.length - i * every) }}>
              {b.label}
            </span>
          ))}
      </div>
      <ul className="legend">
        {series.map((s) => (
          <li key={s.label} className={s.tone}>
            {s.label} {total(s)}
          </li>
        ))}
      </ul>
    </figure>
  );
}
