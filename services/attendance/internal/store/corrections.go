package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// The states of a correction request.
const (
	CorrectionRequested = "REQUESTED"
	CorrectionApproved  = "APPROVED"
	CorrectionRejected  = "REJECTED"
	CorrectionWithdrawn = "WITHDRAWN"
)

// Correction is a request for a punch that was forgotten or is wrong, with what became of it. Approved, it is the punch
// with its id.
type Correction struct {
	ID, Employee     string
	Event            string // key of the event that asked, in hex; empty when Actor did
	Kind             timeclock.Kind
	Wanted           time.Time      // when the punch was, says who asks
	Day              timeclock.Date // as judged when it was asked for
	Period, Zone     string
	Corrects         string // id of the punch it shall take the place of; empty without one
	Replaced         *Replaced
	Reason, Actor    string
	Requested        time.Time
	State            string
	Decided          time.Time // zero while it waits
	Decider, Comment string
}

// Replaced is what the punch of Corrects says; none without one, and when the punch was purged.
type Replaced struct {
	Kind   timeclock.Kind
	Issued time.Time
}

func replaced(old *Punch) *Replaced {
	if old == nil {
		return nil
	}
	return &Replaced{old.Kind, old.Issued}
}

const insertCorrections = `
insert into attendance.correction_requests (tenant_id, id, employee_id, event_key, kind, wanted_at, business_day, period, time_zone,
       corrects, reason, actor, requested_at, stored_at)
select r.*, @now
  from unnest(@tenants::uuid[], @ids::uuid[], @employees::uuid[], @keys::bytea[], @kinds::text[], @wanted::timestamptz[], @days::date[],
       @periods::text[], @zones::text[], @corrects::uuid[], @reasons::text[], @actors::text[], @requested::timestamptz[]) as r`

// AskedCorrection is a request of an event that is to be stored.
type AskedCorrection struct {
	Correction
	Tenant string
}

func correctionArgs(asked []AskedCorrection, now time.Time) pgx.NamedArgs {
	return pgx.NamedArgs{
		"now":       now,
		"tenants":   column(asked, func(a *AskedCorrection) id { return id(a.Tenant) }),
		"ids":       column(asked, func(a *AskedCorrection) id { return id(a.ID) }),
		"employees": column(asked, func(a *AskedCorrection) id { return id(a.Employee) }),
		"keys":      column(asked, func(a *AskedCorrection) hexBytes { return hexBytes(a.Event) }),
		"kinds":     column(asked, func(a *AskedCorrection) string { return string(a.Kind) }),
		"wanted":    column(asked, func(a *AskedCorrection) time.Time { return a.Wanted }),
		"days":      column(asked, func(a *AskedCorrection) time.Time { return a.Day.Time() }),
		"periods":   column(asked, func(a *AskedCorrection) string { return a.Period }),
		"zones":     column(asked, func(a *AskedCorrection) string { return a.Zone }),
		"corrects":  column(asked, func(a *AskedCorrection) id { return id(a.Corrects) }),
		"reasons":   column(asked, func(a *AskedCorrection) string { return a.Reason }),
		"actors":    column(asked, func(a *AskedCorrection) string { return a.Actor }),
		"requested": column(asked, func(a *AskedCorrection) time.Time { return a.Requested }),
	}
}

// AskCorrection locks the employee, lets decide make a request of what is around the instant and of the punch that it
// shall take the place of, if any, and stores it; with only set it stores nothing.
func (s *Store) AskCorrection(ctx context.Context, tenant, employee string, at time.Time, corrects string, only bool,
	decide func(Near, *Punch) (Correction, error),
) (asked Correction, err error) {
	err = s.in(ctx, dry(only, func(ctx context.Context, tx pgx.Tx) error {
		near, old, err := s.nearBoth(ctx, tx, tenant, employee, at, corrects)
		if err != nil {
			return err
		}
		if asked, err = decide(near, old); err != nil {
			return err
		}
		asked.State, asked.Replaced = CorrectionRequested, replaced(old)
		_, err = tx.Exec(ctx, insertCorrections, correctionArgs([]AskedCorrection{{asked, tenant}}, s.now()))
		return err
	}), tenant)
	return asked, wet(err)
}

// nearBoth locks the employee and reads what is around the instant, and around the employee's punch with that id, if one
// is named.
func (s *Store) nearBoth(ctx context.Context, tx pgx.Tx, tenant, employee string, at time.Time, punch string) (near Near, old *Punch, err error) {
	if punch == "" {
		near, err = s.near(ctx, tx, tenant, employee, at)
		return near, nil, err
	}
	id, ok := canonical(employee)
	if !ok {
		return near, nil, EmployeeNotFound()
	}
	found, err := s.onePunch(ctx, tx, VoidWish{Tenant: tenant, Punch: punch, Only: id})
	if err != nil {
		return near, nil, err
	}
	if near, err = s.near(ctx, tx, tenant, employee, found.Issued, at); err == nil && found.Voided {
		err = PunchVoided()
	}
	return near, &found, err
}

// The punch that makes way is looked up by its key, in the month that its day finds. Its id is a column of its own, since
// under row-level security no index answers a comparison with coalesce().
const correctionColumns = `
r.id::text, r.employee_id::text, coalesce(encode(r.event_key, 'hex'), ''), r.kind, r.wanted_at, r.business_day, r.period, r.time_zone,
       coalesce(c.id::text, ''), p.kind, p.issued_at, r.reason, r.actor, r.requested_at, ` + correctionState + `,
       coalesce(d.decided_at, 'epoch'), coalesce(d.actor, ''), coalesce(d.comment, '')
  from attendance.correction_requests r
  left join attendance.correction_decisions d on d.tenant_id = r.tenant_id and d.request_id = r.id
  left join lateral (select coalesce(d.corrects, r.corrects) as id offset 0) c on true
  left join lateral (select business_day from attendance.punch_keys where tenant_id = r.tenant_id and id = c.id offset 0) k on true
  left join lateral (select kind, issued_at from attendance.punches
                      where tenant_id = r.tenant_id and id = c.id and business_day = k.business_day offset 0) p on true`

const correctionState = `case d.verb when 'approve' then 'APPROVED' when 'reject' then 'REJECTED' when 'withdraw' then 'WITHDRAWN' else 'REQUESTED' end`

func scanCorrection(row pgx.CollectableRow) (c Correction, err error) {
	var day time.Time
	var kind *timeclock.Kind
	var issued *time.Time
	err = row.Scan(&c.ID, &c.Employee, &c.Event, &c.Kind, &c.Wanted, &day, &c.Period, &c.Zone, &c.Corrects, &kind, &issued, &c.Reason, &c.Actor,
		&c.Requested, &c.State, &c.Decided, &c.Decider, &c.Comment)
	c.Day = timeclock.DateOf(day)
	if kind != nil && issued != nil {
		c.Replaced = &Replaced{*kind, *issued}
	}
	return c, err
}

const listCorrections = `
select ` + correctionColumns + `
 where r.tenant_id = @tenant
   and (@employee::text is null or r.employee_id = @employee::text::uuid)
   and (@state = '' or @state = ` + correctionState + `)
   and (@before_id::text is null or (r.requested_at, r.id) < (@before_time::timestamptz, @before_id::text::uuid))
 order by r.requested_at desc, r.id desc
 limit @limit`

// ListCorrections reads requests, newest first.
func (s *Store) ListCorrections(ctx context.Context, tenant string, f DecisionFilter) (list []Correction, err error) {
	args := pgx.NamedArgs{
		"tenant": tenant, "employee": optional(f.Employee), "state": f.State,
		"before_id": optional(f.BeforeID), "before_time": f.BeforeTime, "limit": f.Limit,
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, listCorrections, args)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanCorrection)
		return err
	}, tenant)
	return list, err
}

// GetCorrection reads one request. only is the one employee whose requests are found; empty: everybody's.
func (s *Store) GetCorrection(ctx context.Context, tenant, id, only string) (found Correction, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		found, err = oneCorrection(ctx, tx, tenant, id, only)
		return err
	}, tenant)
	return found, err
}

func oneCorrection(ctx context.Context, tx pgx.Tx, tenant, id, only string) (Correction, error) {
	id, ok := canonical(id)
	if !ok {
		return Correction{}, correctionNotFound()
	}
	const get = `select ` + correctionColumns + ` where r.tenant_id = @tenant and r.id = @id and (@only = '' or r.employee_id::text = @only)`
	rows, err := tx.Query(ctx, get, pgx.NamedArgs{"tenant": tenant, "id": id, "only": only})
	if err != nil {
		return Correction{}, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, scanCorrection)
	if errors.Is(err, pgx.ErrNoRows) {
		err = correctionNotFound()
	}
	return found, err
}

func correctionNotFound() error {
	return fault.New(fault.NotFound, "CORRECTION_REQUEST_NOT_FOUND", fault.Text{
		JA: "修正申請が見つかりません。", EN: "The correction request does not exist.",
	})
}
