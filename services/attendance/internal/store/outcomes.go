package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Outcome is the stored judgement of an event with the facts of its answer.
type Outcome struct {
	Tenant, Key, Connection string // Key is the event's key in hex
	Employee                string // empty when unknown
	Issued, Received        time.Time
	Room                    string // UNKNOWN, DIRECT or GROUP
	Verdict                 timeclock.Verdict
	Reason                  timeclock.Reason
	Kind                    timeclock.Kind
	Day                     timeclock.Date // zero when it was not judged
	Period                  string
	Punch                   string // id of the punch; empty unless recorded
	Answer                  timeclock.Answer
	Place                   string // SAME_ROOM or DIRECT
	TimeText, PreviousText  string
	Receipt                 string // of the link that made the sender the employee; written only
	Name                    string // the employee's display name today; read only
}

// The sub-select with its limit keeps the planner from reading the whole table: under row-level security it cannot
// tell how few rows a list of keys selects, so each key is looked up in the primary key by itself.
const knownOutcomes = `
select o.tenant_id::text, encode(o.event_key, 'hex'), coalesce(o.employee_id::text, ''), o.verdict, o.reason, o.kind,
       o.period, coalesce(o.punch_id::text, ''), o.answer, o.answer_place, o.time_text, o.previous_time_text,
       o.business_day, coalesce(e.display_name, '')
  from unnest(@tenants::text[]::uuid[], @keys::bytea[]) as w (tenant, key)
  cross join lateral (
       select r.tenant_id, r.event_key, r.employee_id, r.verdict, r.reason, r.kind, r.period, r.punch_id, r.answer,
              r.answer_place, r.time_text, r.previous_time_text, r.business_day
         from attendance.event_outcomes r
        where r.tenant_id = w.tenant and r.event_key = w.key limit 1) o
  left join lateral (
       select p.display_name from attendance.employees p where p.tenant_id = o.tenant_id and p.id = o.employee_id limit 1) e on true`

func outcomesOf(rows pgx.Rows, err error) (map[Pair]Outcome, error) {
	if err != nil {
		return nil, err
	}
	outcomes := map[Pair]Outcome{}
	var o Outcome
	var day *time.Time
	targets := []any{
		&o.Tenant, &o.Key, &o.Employee, &o.Verdict, &o.Reason, &o.Kind, &o.Period, &o.Punch,
		&o.Answer, &o.Place, &o.TimeText, &o.PreviousText, &day, &o.Name,
	}
	_, err = pgx.ForEachRow(rows, targets, func() error {
		if o.Day = (timeclock.Date{}); day != nil {
			o.Day = timeclock.DateOf(*day)
		}
		outcomes[Pair{o.Tenant, o.Key}] = o
		return nil
	})
	return outcomes, err
}

// Rows travel as one JSON document, so that a batch is one statement however many rows it has.
const insertOutcomes = `
insert into attendance.event_outcomes (tenant_id, event_key, connection_id, employee_id, issued_at, received_at, room_kind,
       verdict, reason, kind, business_day, period, punch_id, answer, answer_place, time_text, previous_time_text,
       link_receipt, judged_at)
select tenant, decode(key, 'hex'), connection, employee, issued, received, room, verdict, reason, kind, day, period,
       punch, answer, place, time_text, previous_text, receipt, @now
  from jsonb_to_recordset(@rows::jsonb) as r (tenant uuid, key text, connection uuid, employee uuid,
       issued timestamptz, received timestamptz, room text, verdict text, reason text, kind text, day date,
       period text, punch uuid, answer text, place text, time_text text, previous_text text, receipt text)
on conflict on constraint event_outcomes_pkey do nothing`

type outcomeRow struct {
	Tenant       string            `json:"tenant"`
	Key          string            `json:"key"`
	Connection   string            `json:"connection"`
	Employee     *string           `json:"employee"`
	Issued       time.Time         `json:"issued"`
	Received     time.Time         `json:"received"`
	Room         string            `json:"room"`
	Verdict      timeclock.Verdict `json:"verdict"`
	Reason       timeclock.Reason  `json:"reason"`
	Kind         timeclock.Kind    `json:"kind"`
	Day          *time.Time        `json:"day"`
	Period       string            `json:"period"`
	Punch        *string           `json:"punch"`
	Answer       timeclock.Answer  `json:"answer"`
	Place        string            `json:"place"`
	TimeText     string            `json:"time_text"`
	PreviousText string            `json:"previous_text"`
	Receipt      *string           `json:"receipt"`
}

// insert stores the outcomes and reports how many of them were new.
func insert(ctx context.Context, tx pgx.Tx, outcomes []Outcome, now time.Time) (int64, error) {
	rows := make([]outcomeRow, 0, len(outcomes))
	for _, o := range outcomes {
		rows = append(rows, outcomeRow{
			Tenant: o.Tenant, Key: o.Key, Connection: o.Connection, Employee: optional(o.Employee),
			Issued: o.Issued, Received: o.Received, Room: o.Room, Verdict: o.Verdict, Reason: o.Reason, Kind: o.Kind,
			Day: optionalDay(o.Day), Period: o.Period, Punch: optional(o.Punch), Answer: o.Answer, Place: o.Place,
			TimeText: o.TimeText, PreviousText: o.PreviousText, Receipt: optional(o.Receipt),
		})
	}
	document, err := json.Marshal(rows)
	if err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, insertOutcomes, pgx.NamedArgs{"rows": string(document), "now": now})
	return tag.RowsAffected(), err
}
