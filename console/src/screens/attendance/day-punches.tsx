// Every punch of a day, also those that count no longer, with who, when and why.
import { type ReactNode, useState } from "react";
import { idOf } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { day as longDay, moment } from "../../i18n/time";
import { Button } from "../../ui/button";
import { Badge } from "../../ui/parts";
import { AskReplacement, CorrectPunch, useVoid } from "./punch-dialogs";
import { countingOf, type Day, type Punch, timeOf, useActorNames } from "./queries";

type Props = {
  employee: string;
  day: Day;
  /** Whether who looks may change the punches. */
  editable: boolean;
  /** Whether who looks may ask for a change of them. */
  asks: boolean;
  add: () => void;
};

export function DayPunches({ employee, day, editable, asks, add }: Props) {
  const [correcting, setCorrecting] = useState<Punch | null>(null);
  const [asking, setAsking] = useState<Punch | null>(null);
  const [dialog, voidPunch] = useVoid();
  const counting = new Set(countingOf(day));
  const zone = useZone();
  const which = (p: Punch) => ({ kind: word("kind", p.kind), time: timeOf(p, zone, true) });
  return (
    <div className="stack tight">
      {dialog}
      {correcting && <CorrectPunch punch={correcting} onClose={() => setCorrecting(null)} />}
      {asking && <AskReplacement employee={employee} punch={asking} onClose={() => setAsking(null)} />}
      <div className="row spread">
        <h3>{t("day.punches", { day: longDay(day.date) })}</h3>
        {editable && (
          <Button small icon="plus" onClick={add} aria-label={t("month.addOn", { day: longDay(day.date) })}>
            {t("punch.add")}
          </Button>
        )}
      </div>
      <ul className="plain punches">
        {day.punches.map((p) => (
          <Line
            key={p.name}
            punch={p}
            counts={counting.has(p)}
            actions={
              <>
                {asks && !editable && counting.has(p) && (
                  <Button
                    small
                    look="quiet"
                    onClick={() => setAsking(p)}
                    aria-label={t("correction.askReplaceWhich", which(p))}
                  >
                    {t("correction.askReplace")}
                  </Button>
                )}
                {editable && p.state === "VALID" && (
                  <>
                    {p.kind !== "UNDO" && (
                      <Button
                        small
                        look="quiet"
                        onClick={() => setCorrecting(p)}
                        aria-label={t("punch.correctWhich", which(p))}
                      >
                        {t("punch.correct")}
                      </Button>
                    )}
                    <Button
                      small
                      look="danger-quiet"
                      onClick={() => voidPunch(p)}
                      aria-label={t("punch.voidWhich", which(p))}
                    >
                      {t("punch.void")}
                    </Button>
                  </>
                )}
              </>
            }
          />
        ))}
      </ul>
    </div>
  );
}

function Line({ punch: p, counts, actions }: { punch: Punch; counts: boolean; actions: ReactNode }) {
  const zone = useZone();
  const actor = useActorNames();
  const who = (name: string | undefined) => actor(name) || t("actor.unknown");
  return (
    <li className={counts ? "" : "lost"} id={idOf(p.name)}>
      <span className="time">{timeOf(p, zone, true)}</span>
      <span className="grow">
        <span className="row">
          <strong>{word("kind", p.kind)}</strong>
          <Badge>{word("source", p.source)}</Badge>
          {p.state === "VOIDED" ? (
            <Badge tone="bad">{t("punch.voided")}</Badge>
          ) : (
            !counts && <Badge tone="warn">{t("punch.uncounted")}</Badge>
          )}
          {p.receivedLate && <Badge tone="warn">{word("flag", "RECEIVED_LATE")}</Badge>}
          {p.phrase && <span className="small muted">「{p.phrase}」</span>}
        </span>
        {p.source !== "CHAT" && (
          <span className="small muted block">
            {t(p.source === "REQUEST" ? "punch.approvedBy" : p.corrects ? "punch.correctedBy" : "punch.enteredBy", {
              who: who(p.actor),
              reason: p.reason ?? "",
            })}
          </span>
        )}
        {p.state === "VOIDED" && (
          <span className="small muted block">
            {p.undoneBy
              ? t("punch.undoneBy", { time: moment(p.voidTime, zone), reason: p.voidReason ?? "" })
              : t("punch.voidedBy", {
                  who: who(p.voidActor),
                  time: moment(p.voidTime, zone),
                  reason: p.voidReason ?? "",
                })}
          </span>
        )}
      </span>
      <span className="row no-print">{actions}</span>
    </li>
  );
}
