// What an event of the audit changed: each thing with its fields before and after.
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import type { AuditEvent } from "./queries";
import { fieldName, type Names, shown, speaks, tailOf, thingName } from "./values";

type Change = Schemas["AuditEventChange"];

/** How many things are shown before somebody asks for the others. */
const first = 2;

type Only = (resource: string) => void;

/** The things of an event; only limits the list to one of them. */
export function Changes({ event, names, only }: { event: AuditEvent; names: Names; only: Only }) {
  const [all, setAll] = useState(false);
  const zone = useZone();
  const list = all ? event.changes : event.changes.slice(0, first);
  const rest = event.changeCount - list.length;
  return (
    <ul className="plain changes">
      {list.map((c, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one thing may change twice in an event, and the order stays
        <Thing key={i} change={c} names={names} only={only} />
      ))}
      {rest > 0 && (
        <li>
          {all || event.changes.length === list.length ? (
            <span className="small muted">{t("audit.more", { n: rest })}</span>
          ) : (
            <Button
              small
              look="quiet"
              aria-expanded={false}
              aria-label={t("audit.moreOf", { n: rest, time: moment(event.eventTime, zone, true) })}
              onClick={() => setAll(true)}
            >
              {t("audit.more", { n: rest })}
            </Button>
          )}
        </li>
      )}
    </ul>
  );
}

function Thing({ change, names, only }: { change: Change; names: Names; only: Only }) {
  const name = thingName(change.resource, names, change.employee);
  const zone = useZone();
  const said = (v: Schemas["AuditEventValue"]) => shown(v.field ?? "", v.before || v.after || "", zone) !== "";
  const told = (v: Schemas["AuditEventValue"]) => v.field === "employee_id" && names(change.employee) !== "";
  const values = change.values.filter((v) => speaks(v.field ?? "") && said(v) && !told(v));
  return (
    <li>
      <button
        type="button"
        className="only"
        title={t("audit.onlyThis", { name })}
        onClick={() => only(change.resource ?? "")}
      >
        {name}
      </button>{" "}
      <span className="small muted mono nowrap">{tailOf(change.resource)}</span>
      {(values.length > 0 || change.withheld.length > 0) && (
        <dl className="diff">
          {values.map((v) => (
            <Value key={v.field} value={v} resource={change.resource} names={names} />
          ))}
          {change.withheld.length > 0 && (
            <div>
              <dt>{change.withheld.map((field) => fieldName(field, change.resource)).join(t("audit.and"))}</dt>
              <dd className="muted">{t("audit.withheld")}</dd>
            </div>
          )}
        </dl>
      )}
    </li>
  );
}

type ValueProps = {
  value: Schemas["AuditEventValue"];
  resource?: string;
  names: Names;
};

function Value({ value, resource, names }: ValueProps) {
  const zone = useZone();
  const field = value.field ?? "";
  const say = (text: string) => shown(field, text, zone, resource, names);
  return (
    <div>
      <dt>{fieldName(field, resource)}</dt>
      <dd>
        {value.before && (
          <>
            <del>{say(value.before)}</del> <span aria-hidden="true">→</span>{" "}
          </>
        )}
        {value.after ? <ins>{say(value.after)}</ins> : <span className="muted">—</span>}
      </dd>
    </div>
  );
}
