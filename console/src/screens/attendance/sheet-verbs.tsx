// 申請 / 取下げ / 承認 / 承認取消 / 差戻し, and what was done so far.
import { api, ask } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { day, moment, month } from "../../i18n/time";
import { Button } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Card, Notice } from "../../ui/parts";
import { say } from "../../ui/toast";
import { useAnew } from "./anew";
import { useMonthCorrections } from "./corrections";
import { type Timesheet, useActorNames, useBusinessDay } from "./queries";

type Verb = "submit" | "withdraw" | "approve" | "cancelApproval" | "sendBack";

function perform(verb: Verb, employee: string, period: string, comment: string, acknowledgeHeldPunches: boolean) {
  const params = { path: { employee, period } };
  const body = { comment };
  switch (verb) {
    case "submit":
      return ask(api.POST("/v1/employees/{employee}/timesheets/{period}:submit", { params, body }));
    case "withdraw":
      return ask(api.POST("/v1/employees/{employee}/timesheets/{period}:withdraw", { params, body }));
    case "approve":
      return ask(
        api.POST("/v1/employees/{employee}/timesheets/{period}:approve", {
          params,
          body: { comment, acknowledgeHeldPunches },
        }),
      );
    case "cancelApproval":
      return ask(api.POST("/v1/employees/{employee}/timesheets/{period}:cancelApproval", { params, body }));
    case "sendBack":
      return ask(api.POST("/v1/employees/{employee}/timesheets/{period}:sendBack", { params, body }));
  }
}

export function SheetVerbs({ sheet, employee, own }: { sheet: Timesheet; employee: string; own: boolean }) {
  const may = useMay();
  const anew = useAnew();
  const { dayOf } = useBusinessDay();
  const requests = useMonthCorrections(employee, sheet.period).filter((r) => r.state === "REQUESTED");
  const [dialog, confirm] = useConfirm();
  const submits = may("timesheets.submit") || (own && may("timesheets.submitOwn"));
  const reviews = may("timesheets.review");
  const approves = reviews && (!own || may("organization.write"));
  const waiting = sheet.waitingHeldPunches ?? 0;
  const offer = (verb: Verb) => {
    const anyway = verb === "approve" && waiting > 0;
    return confirm({
      title: t(`verb.${verb}.title`, { month: month(sheet.period) }),
      text: anyway ? (
        t("verb.approve.held", { n: waiting })
      ) : verb === "submit" ? (
        <SubmitText sheet={sheet} today={dayOf()} requests={requests.length} />
      ) : (
        t(`verb.${verb}.text`)
      ),
      action: anyway ? t("verb.approve.anyway") : t(`verb.${verb}`),
      danger: verb === "sendBack",
      reason: {
        label: t(verb === "sendBack" ? "verb.comment.sendBack" : "verb.comment"),
        required: verb === "sendBack",
      },
      run: async (comment) => {
        await anew(["timesheet", "timesheets", "held", "corrections"], () =>
          perform(verb, employee, sheet.period, comment, anyway),
        );
        say(t(`verb.${verb}.done`));
      },
    });
  };
  const sentBack = sheet.state === "SENT_BACK" ? sheet.history.findLast((h) => h.verb === "sendBack") : undefined;
  const open = sheet.state === "OPEN" || sheet.state === "SENT_BACK";
  const begun = (sheet.startDate ?? "") <= dayOf();
  const withdraws = sheet.state === "SUBMITTED" && submits;
  const way = withdraws ? (reviews ? "both" : "withdraw") : reviews ? "sendBack" : "ask";
  const buttons = [
    open && submits && begun && (
      <Button key="submit" look="primary" icon="send" onClick={() => offer("submit")}>
        {t("verb.submit")}
      </Button>
    ),
    sheet.state === "SUBMITTED" && approves && (
      <Button key="approve" look="primary" icon="check" onClick={() => offer("approve")}>
        {t("verb.approve")}
      </Button>
    ),
    (sheet.state === "SUBMITTED" || sheet.state === "APPROVED") && reviews && (
      <Button key="sendBack" icon="undo" onClick={() => offer("sendBack")}>
        {t("verb.sendBack")}
      </Button>
    ),
    withdraws && (
      <Button key="withdraw" look="quiet" onClick={() => offer("withdraw")}>
        {t("verb.withdraw")}
      </Button>
    ),
    sheet.state === "APPROVED" && reviews && (
      <Button key="cancelApproval" look="quiet" onClick={() => offer("cancelApproval")}>
        {t("verb.cancelApproval")}
      </Button>
    ),
  ].filter(Boolean);
  return (
    <>
      {dialog}
      {sentBack && (
        <Notice tone="warn" title={t("month.sentBack")}>
          {sentBack.comment}
        </Notice>
      )}
      {(sheet.state === "SUBMITTED" || sheet.state === "APPROVED") && (
        <Notice title={t("month.locked", { state: word("sheetState", sheet.state) })}>
          {t("month.lockedMore", { way: t(`month.lockedWay.${way}`) })}
        </Notice>
      )}
      {open && submits && !begun && (
        <p className="muted no-print">{t("month.notBegun", { start: day(sheet.startDate) })}</p>
      )}
      {buttons.length > 0 && <div className="buttons no-print">{buttons}</div>}
    </>
  );
}

// What handing in means, and what may still be missing from the month.
function SubmitText({ sheet, today, requests }: { sheet: Timesheet; today: string; requests: number }) {
  const flagged = sheet.totals?.flaggedDays ?? 0;
  const missing = [
    today <= (sheet.endDate ?? "") && t("verb.submit.early", { end: day(sheet.endDate) }),
    flagged > 0 && t("verb.submit.flagged", { n: flagged }),
    requests > 0 && t("verb.submit.requests", { n: requests }),
  ].filter((text) => text !== false);
  return (
    <div className="stack tight">
      <p>{t("verb.submit.text")}</p>
      {missing.length > 0 && (
        <Notice tone="warn" title={t("verb.submit.missing")}>
          <ul className="list">
            {missing.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}

export function SheetHistory({ sheet, own }: { sheet: Timesheet; own: boolean }) {
  const zone = useZone();
  const actor = useActorNames();
  // One's own account is known: whoever else handed in one's own month is in charge.
  const nameless = (verb: string | undefined) =>
    t(!own && (verb === "submit" || verb === "withdraw") ? "actor.ownOrUnknown" : "actor.unknown");
  if (sheet.history.length === 0) return null;
  return (
    <Card title={t("month.history")}>
      <ol className="trail">
        {sheet.history.map((h) => (
          <li key={`${h.time}${h.verb}`}>
            <span>
              <strong>{word("verb", h.verb)}</strong> {actor(h.actor) || nameless(h.verb)}
            </span>
            <span className="small muted">{moment(h.time, zone)}</span>
            {h.comment && <span>{h.comment}</span>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
