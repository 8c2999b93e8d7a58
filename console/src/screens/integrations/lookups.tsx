// That LINE WORKS refuses to say who people are: since when, why, and what to do.
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Notice } from "../../ui/parts";
import type { Connection } from "./queries";

export function RefusedLookUps({ connection }: { connection: Connection }) {
  const zone = useZone();
  const refused = connection.figures?.refusedLookUps;
  if (!refused) return null;
  return (
    <Notice tone="warn" title={t("status.lookUps", { time: moment(refused.sinceTime, zone) })}>
      {refused.message} {refused.remedy}
    </Notice>
  );
}
