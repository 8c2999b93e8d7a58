// The list of a screen: on its way, failed, empty, or rows, which become cards
// where a table has no room.
import { type ReactNode, useState } from "react";
import { flushSync } from "react-dom";
import { t } from "../i18n";
import { Button } from "./button";
import type { Pages } from "./kept";
import { Card, Failure, Skeleton } from "./parts";
import { useNarrow } from "./room";

/** A column. Its label stands over the values, and in cards beside each. */
export type Column<T> = {
  label: string;
  cell: (row: T) => ReactNode;
  /**
   * `head` names the row, `figure` is set to the right, `broad` has the most room, and in cards lines of its own;
   * `actions` and `pick` have controls that name themselves.
   */
  kind?: "head" | "figure" | "broad" | "actions" | "pick";
  nowrap?: boolean;
  /** Shown when the pointer rests on a value. */
  title?: (row: T) => string;
};

// Columns of controls that name themselves have no visible label.
const silent = (kind: string | undefined) => kind === "actions" || kind === "pick";
const lone = (kind: string | undefined) => silent(kind) || kind === "broad";

type ListProps<T> = {
  /** The query behind the rows. */
  source: { error: unknown; refetch: () => unknown };
  /** Every row; undefined while there is no answer. */
  rows: T[] | undefined;
  /** The rows that a search or filter left over; all when it is missing. */
  shown?: T[];
  id: (row: T) => string;
  columns: (Column<T> | false)[];
  /** Says that there is nothing, and what to do next. */
  empty: ReactNode;
  /** Says that nothing was found. */
  nothing?: ReactNode;
  /** Search and filters, above rows that are there. */
  bar?: ReactNode;
  /** Below the rows. */
  foot?: ReactNode;
  /** So many rows are shown at first, and by each press of a button; all when it is missing. */
  step?: number;
  /** How many such steps are shown, where a screen keeps it. */
  pages?: Pages;
  /** Lines in the place of what is on its way. */
  lines?: number;
  /** Rows that lead somewhere light up under the pointer. */
  go?: boolean;
  /** Leaves room for a menu that opens from the last row. */
  tall?: boolean;
};

/** A list in a card. */
export function List<T>({ source, rows, shown = rows, lines = 5, step = Infinity, ...rest }: ListProps<T>) {
  const { bar, foot, empty, nothing = empty } = rest;
  const [own, setOwn] = useState(1);
  const { shown: pages, show: showPages } = rest.pages ?? { shown: own, show: setOwn };
  const failure = Boolean(source.error) && <Failure error={source.error} retry={source.refetch} />;
  if (failure && !rows) return <Card>{failure}</Card>;
  if (!rows || !shown)
    return (
      <Card flush>
        <Skeleton rows={lines} />
      </Card>
    );
  if (rows.length === 0) return <Card flush>{empty}</Card>;
  // What was there before a failure stays in sight below it.
  const most = pages * step;
  return (
    <Card flush>
      {failure && <div className="body-pad">{failure}</div>}
      {bar && <div className="row spread body-pad">{bar}</div>}
      {shown.length === 0 ? nothing : <Rows rows={shown.slice(0, most)} {...rest} />}
      {shown.length > most && (
        <div className="body-pad">
          <Button wide onClick={({ currentTarget }) => goOn(currentTarget, () => showPages(pages + 1))}>
            {t("list.more", { n: Math.min(step, shown.length - most), left: shown.length - most })}
          </Button>
        </div>
      )}
      {foot && <div className="body-pad">{foot}</div>}
    </Card>
  );
}

// The last step takes its button away: whoever pressed it goes on at the first row that came.
function goOn(button: HTMLElement, more: () => void) {
  const lines = button.closest("section")?.getElementsByTagName("tr");
  const first = lines?.length ?? 0;
  flushSync(more);
  if (!button.isConnected) lines?.[first]?.querySelector("a")?.focus();
}

/** The rows of a list, where a card has them beside other things. */
export function Rows<T>({
  rows,
  columns,
  id,
  go,
  tall,
}: Pick<ListProps<T>, "columns" | "id" | "go" | "tall"> & { rows: T[] }) {
  const all = columns.filter((c) => c !== false);
  const [around, narrow] = useNarrow();
  return (
    <div ref={around} className={`table-wrap${tall ? " tall" : ""}`}>
      <table className={`table ${narrow ? "narrow" : "wide"}`}>
        <thead>
          <tr>
            {all.map((c) => (
              <th
                key={c.label}
                scope="col"
                className={["figure", "pick", "actions"].includes(c.kind ?? "") ? c.kind : undefined}
              >
                {silent(c.kind) ? <span className="hidden">{c.label}</span> : c.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} className={go ? "go" : undefined}>
              {all.map((c) => (
                <Cell key={c.label} column={c} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<T>({ column: c, row }: { column: Column<T>; row: T }) {
  const className = [c.kind === "head" ? "" : c.kind, c.nowrap && "nowrap"].filter(Boolean).join(" ") || undefined;
  const title = c.title?.(row);
  if (c.kind === "head")
    return (
      <th scope="row" className={className} title={title}>
        {c.cell(row)}
      </th>
    );
  return (
    <td className={className} title={title} data-label={lone(c.kind) ? undefined : c.label}>
      {c.cell(row)}
    </td>
  );
}
