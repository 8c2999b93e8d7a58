// What the next purge would remove, and what keeps the rest. Looking removes nothing.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { idOf } from "../../api/client";
import { t, word } from "../../i18n";
import { day, month } from "../../i18n/time";
import { Button } from "../../ui/button";
import { List } from "../../ui/list";
import { Badge, Empty, type Tone } from "../../ui/parts";
import { useEmployeeNames } from "../employees/queries";
import { type PurgeRecord, previewQuery } from "./queries";

const tones: Record<string, Tone> = { REMOVE: "bad", DUE: "plain", ON_HOLD: "info", UNFINISHED: "warn" };

export function Preview() {
  const preview = useInfiniteQuery(previewQuery);
  const names = useEmployeeNames();
  return (
    <section className="stack tight">
      <h2>{t("preview.title")}</h2>
      <p className="muted">{t("preview.lead")}</p>
      <List<PurgeRecord>
        source={preview}
        rows={preview.data?.pages.flatMap((p) => p.records)}
        id={(r) => `${r.employee}/${r.period}`}
        empty={
          <Empty icon="circleCheck" title={t("preview.none")}>
            {t("preview.noneMore")}
          </Empty>
        }
        foot={
          preview.hasNextPage && (
            <Button wide busy={preview.isFetchingNextPage} onClick={() => preview.fetchNextPage()}>
              {t("list.older")}
            </Button>
          )
        }
        columns={[
          { label: t("employee.name"), kind: "head", cell: (r) => names(r.employee) || idOf(r.employee) },
          {
            label: t("held.period"),
            cell: (r) => <Link to={`/timesheets/${idOf(r.employee)}/${r.period}`}>{month(r.period)}</Link>,
          },
          {
            label: t("preview.verdict"),
            cell: (r) => <Badge tone={tones[r.verdict ?? ""] ?? "plain"}>{word("verdict", r.verdict)}</Badge>,
          },
          { label: t("preview.completed"), cell: (r) => day(r.completedDay) },
          { label: t("preview.free"), cell: (r) => day(r.freeDay) },
          { label: t("preview.punches"), kind: "figure", cell: (r) => r.punches },
        ]}
      />
    </section>
  );
}
