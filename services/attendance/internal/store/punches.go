package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// The sources of a punch, as stored.
const (
	SourceChat    = "CHAT"
	SourceManual  = "MANUAL"
	SourceRequest = "REQUEST" // asked for and approved; the correction request has the same id
)

// rulesRow is the copy of the rules that a punch keeps.
type rulesRow struct {
	zone                    string
	cutoff, longest, window int
	repeats                 timeclock.Repeats
	undo                    int // of 取消 alone
}

func (r *rulesRow) targets() []any {
	return []any{&r.zone, &r.cutoff, &r.longest, &r.window, &r.repeats, &r.undo}
}

func (s *Store) punchRules(r rulesRow) (timeclock.Rules, error) {
	location, err := s.zones.load(r.zone)
	return timeclock.Rules{
		Zone: location, Cutoff: minutes(r.cutoff), LongestShift: minutes(r.longest), DoubleTap: seconds(r.window), Repeats: r.repeats, Undo: seconds(r.undo),
	}, err
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// Punch is one stored fact.
type Punch struct {
	timeclock.Punch // Key is the event's key in hex, or the id of a punch without an event
	ID, Employee    string
	Received        time.Time
	Day             timeclock.Date // as judged when it was recorded
	Source          string
	Phrase, Trigger string // as the settings spell them; empty for buttons and without an event
	Connection      string // the event came over; empty without an event
	SettingsVersion int64  // under which the event was read; 0 are the defaults
	Actor, Reason   string // of a punch that a person entered
	Corrects        string // id of the punch it takes the place of; empty without one
	Void            Void   // zero while it counts
	UndoneBy        string // id of the 取消 that took it back; empty without one, and until TakenBack says so
}

// Void says that a punch counts no longer.
type Void struct {
	Actor, Reason string
	At            time.Time
}

// TakenBack is the punch that a 取消 took back: its person has voided it.
func (p Punch) TakenBack(undo Punch) Punch {
	p.Voided, p.UndoneBy, p.Void = true, undo.ID, Void{Actor: "employees/" + p.Employee, Reason: undo.Phrase, At: undo.Issued}
	return p
}

const punchColumns = `p.id::text, p.employee_id::text, coalesce(encode(p.event_key, 'hex'), p.id::text), p.kind, p.issued_at,
       p.received_at, p.business_day, p.time_zone, p.cutoff_minutes, p.longest_shift_minutes, p.double_tap_seconds,
       p.duplicate_policy, coalesce(p.undo_seconds, 0), p.source, p.phrase, p.trigger_word, coalesce(p.connection_id::text, ''), p.settings_version,
       p.actor, p.reason, coalesce(p.corrects::text, ''), coalesce(v.actor, ''), coalesce(v.reason, ''), v.voided_at`

// voidOfPunch joins what voided the punch, by key whatever the planner knows of the tables.
const voidOfPunch = `
  left join lateral (
       select x.actor, x.reason, x.voided_at from attendance.punch_voids x
        where x.tenant_id = p.tenant_id and x.punch_id = p.id limit 1) v on true`

func (s *Store) scanPunch(row pgx.CollectableRow, extra ...any) (Punch, error) {
	var p Punch
	var day time.Time
	var rules rulesRow
	var voided *time.Time
	targets := slices.Concat([]any{&p.ID, &p.Employee, &p.Key, &p.Kind, &p.Issued, &p.Received, &day}, rules.targets(),
		[]any{&p.Source, &p.Phrase, &p.Trigger, &p.Connection, &p.SettingsVersion},
		[]any{&p.Actor, &p.Reason, &p.Corrects, &p.Void.Actor, &p.Void.Reason, &voided}, extra)
	err := row.Scan(targets...)
	if err != nil {
		return p, err
	}
	p.Rules, err = s.punchRules(rules)
	if voided != nil {
		p.Voided, p.Void.At = true, *voided
	}
	p.Day, p.Issued, p.Received = timeclock.DateOf(day), p.Issued.UTC(), p.Received.UTC()
	p.Hand = p.Source != SourceChat
	p.Late = !p.Hand && timeclock.Late(p.Issued, p.Received)
	return p, err
}

func (s *Store) collectPunches(rows pgx.Rows, err error) ([]Punch, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Punch, error) { return s.scanPunch(row) })
}

// The business day of a punch lies less than four days from its instant in UTC: a shift is a day at most, its business
// day begins a day before it at most, and a zone is a day away at most. Saying so lets a query read its months alone.

func (s *Store) punchesBetween(ctx context.Context, tx pgx.Tx, tenant, employee string, from, to time.Time) ([]Punch, error) {
	const list = `
select ` + punchColumns + `
  from attendance.punches p` + voidOfPunch + `
 where p.tenant_id = @tenant and p.employee_id = @employee and p.issued_at between @from and @to
   and p.business_day between (@from::timestamptz - interval '4 days')::date and (@to::timestamptz + interval '4 days')::date
 order by p.issued_at, p.id`
	return s.collectPunches(tx.Query(ctx, list, pgx.NamedArgs{"tenant": tenant, "employee": employee, "from": from, "to": to}))
}

const knownPunches = `
select ` + punchColumns + `, p.tenant_id::text
  from unnest(@tenants::text[]::uuid[], @employees::text[]::uuid[], @froms::timestamptz[], @tos::timestamptz[]) as w (tenant, employee, first, last)
  cross join lateral (
       select r.tenant_id, r.id, r.employee_id, r.event_key, r.kind, r.issued_at, r.received_at, r.business_day, r.time_zone,
              r.cutoff_minutes, r.longest_shift_minutes, r.double_tap_seconds, r.duplicate_policy, r.undo_seconds, r.source, r.phrase,
              r.trigger_word, r.connection_id, r.settings_version, r.actor, r.reason, r.corrects
         from attendance.punches r
        where r.tenant_id = w.tenant and r.employee_id = w.employee and r.issued_at between w.first and w.last
          and r.business_day between (w.first - interval '4 days')::date and (w.last + interval '4 days')::date
       offset 0) p` + voidOfPunch

func (s *Store) punchesOf(rows pgx.Rows, err error) (map[Pair][]timeclock.Punch, error) {
	punches := map[Pair][]timeclock.Punch{}
	err = s.eachPunch(rows, err, func(tenant string, p Punch) {
		of := Pair{tenant, p.Employee}
		punches[of] = append(punches[of], p.Punch)
	})
	return punches, err
}

// eachPunch reads what knownPunches finds.
func (s *Store) eachPunch(rows pgx.Rows, err error, each func(tenant string, p Punch)) error {
	if err != nil {
		return err
	}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Punch, error) {
		var tenant string
		p, err := s.scanPunch(row, &tenant)
		each(tenant, p)
		return p, err
	})
	return err
}

// PunchFilter selects punches; empty fields select everything. Before continues a list after the punch with that
// day, instant and id.
type PunchFilter struct {
	Employee, Kind, Source string
	First, Last            timeclock.Date
	BeforeDay              timeclock.Date
	BeforeTime             time.Time
	BeforeID               string
	Limit                  int
}

// Has tells whether the filter takes punches of a business day.
func (f PunchFilter) Has(day timeclock.Date) bool {
	return (f.First.IsZero() || day.Compare(f.First) >= 0) && (f.Last.IsZero() || day.Compare(f.Last) <= 0)
}

const listPunches = `
select ` + punchColumns + `
  from attendance.punches p` + voidOfPunch + `
 where p.tenant_id = @tenant
   and (@employee::text is null or p.employee_id = @employee::text::uuid)
   and (@kind::text is null or p.kind = @kind)
   and (@source::text is null or p.source = @source)
   and (@first::date is null or p.business_day >= @first::date - 2)
   and (@last::date is null or p.business_day <= @last::date + 2)
   and (@before_id::text is null or (p.business_day, p.issued_at, p.id) < (@before_day::date, @before_time::timestamptz, @before_id::text::uuid))
 order by p.business_day desc, p.issued_at desc, p.id desc
 limit @limit`

// ListPunches reads punches, newest day at recording first and newest first within a day, and by employee all that are
// around them, by which the fold gives them their days. Two days more than the filter has are read before and after:
// the fold moves a punch by less. The filter takes what of them it has.
func (s *Store) ListPunches(ctx context.Context, tenant string, f PunchFilter) (list []Punch, around map[string][]Punch, err error) {
	args := pgx.NamedArgs{
		"tenant": tenant, "employee": optional(f.Employee), "kind": optional(f.Kind), "source": optional(f.Source),
		"first": optionalDay(f.First), "last": optionalDay(f.Last),
		"before_id": optional(f.BeforeID), "before_day": optionalDay(f.BeforeDay), "before_time": f.BeforeTime, "limit": f.Limit,
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if list, err = s.collectPunches(tx.Query(ctx, listPunches, args)); err != nil {
			return err
		}
		around = map[string][]Punch{}
		rows, err := tx.Query(ctx, knownPunches, surroundings(tenant, list))
		return s.eachPunch(rows, err, func(_ string, p Punch) {
			around[p.Employee] = append(around[p.Employee], p)
		})
	}, tenant)
	return list, around, err
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func optionalDay(day timeclock.Date) *time.Time {
	if day.IsZero() {
		return nil
	}
	at := day.Time()
	return &at
}
