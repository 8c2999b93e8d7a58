package store

import (
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

// Rows travel as one array for each column, so that a batch is one statement however many rows it has.
const insertOutcomes = `
insert into attendance.event_outcomes (tenant_id, event_key, connection_id, employee_id, issued_at, received_at, room_kind,
       verdict, reason, kind, business_day, period, punch_id, answer, answer_place, time_text, previous_time_text,
       link_receipt, judged_at)
select r.*, @now
  from unnest(@tenants::uuid[], @keys::bytea[], @connections::uuid[], @employees::uuid[], @issued::timestamptz[],
       @received::timestamptz[], @rooms::text[], @verdicts::text[], @reasons::text[], @kinds::text[], @days::date[], @periods::text[],
       @punches::uuid[], @answers::text[], @places::text[], @times::text[], @previous::text[], @receipts::text[]) as r
on conflict on constraint event_outcomes_pkey do nothing`

func outcomeArgs(outcomes []Outcome, now time.Time) pgx.NamedArgs {
	return pgx.NamedArgs{
		"now":         now,
		"tenants":     column(outcomes, func(o *Outcome) id { return id(o.Tenant) }),
		"keys":        column(outcomes, func(o *Outcome) hexBytes { return hexBytes(o.Key) }),
		"connections": column(outcomes, func(o *Outcome) id { return id(o.Connection) }),
		"employees":   column(outcomes, func(o *Outcome) id { return id(o.Employee) }),
		"issued":      column(outcomes, func(o *Outcome) time.Time { return o.Issued }),
		"received":    column(outcomes, func(o *Outcome) time.Time { return o.Received }),
		"rooms":       column(outcomes, func(o *Outcome) string { return o.Room }),
		"verdicts":    column(outcomes, func(o *Outcome) string { return string(o.Verdict) }),
		"reasons":     column(outcomes, func(o *Outcome) string { return string(o.Reason) }),
		"kinds":       column(outcomes, func(o *Outcome) string { return string(o.Kind) }),
		"days":        column(outcomes, func(o *Outcome) *time.Time { return optionalDay(o.Day) }),
		"periods":     column(outcomes, func(o *Outcome) string { return o.Period }),
		"punches":     column(outcomes, func(o *Outcome) id { return id(o.Punch) }),
		"answers":     column(outcomes, func(o *Outcome) string { return string(o.Answer) }),
		"places":      column(outcomes, func(o *Outcome) string { return o.Place }),
		"times":       column(outcomes, func(o *Outcome) string { return o.TimeText }),
		"previous":    column(outcomes, func(o *Outcome) string { return o.PreviousText }),
		"receipts":    column(outcomes, func(o *Outcome) *string { return optional(o.Receipt) }),
	}
}
