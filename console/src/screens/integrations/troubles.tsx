// Why answers of one connection did not arrive, in plain words, with what to do.
import type { Schemas } from "../../api/client";
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Rows } from "../../ui/list";
import { Card, Notice } from "../../ui/parts";
import { reasonWords, remedyWords } from "./remedy";

export function Troubles({ figures: f }: { figures: Schemas["ConnectionFigures"] | undefined }) {
  const zone = useZone();
  const refused = f?.refusedAccessTokens ?? 0;
  const unsent = f?.unsentReplies ?? [];
  const count = (value: string | undefined) => Number(value ?? 0).toLocaleString();
  return (
    <>
      {refused > 0 && (
        <Notice tone="warn" title={t("replies.refused", { n: refused })}>
          {t("replies.refusedMore")}
        </Notice>
      )}
      {unsent.length > 0 && (
        <Card title={t("replies.title")} flush foot={t("replies.lead")}>
          <Rows
            rows={unsent}
            id={(u) => u.reason ?? ""}
            columns={[
              {
                label: t("replies.reason"),
                kind: "head",
                cell: (u) => reasonWords(u.reason),
                title: (u) => u.reason ?? "",
              },
              { label: t("replies.waiting"), kind: "figure", cell: (u) => count(u.waiting) },
              { label: t("replies.failed"), kind: "figure", cell: (u) => count(u.failed) },
              { label: t("replies.last"), nowrap: true, cell: (u) => moment(u.lastFailureTime, zone) || "–" },
              { label: t("replies.remedy"), cell: (u) => remedyWords(u.reason) },
            ]}
          />
        </Card>
      )}
    </>
  );
}
