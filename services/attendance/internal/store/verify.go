package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// Evidence reads what a check of the evidence needs, of all companies, in one transaction of the tables' owner.
type Evidence struct{ Tx pgx.Tx }

// Inspect lets fn read the evidence of one moment as the login of the URL, which must own the tables or be a superuser.
func Inspect(ctx context.Context, url config.Secret, fn func(context.Context, Evidence) error) error {
	return postgres.Inspect(ctx, url, func(ctx context.Context, tx pgx.Tx) error { return fn(ctx, Evidence{tx}) })
}

// Seals reads every seal by company and position.
func (e Evidence) Seals(ctx context.Context, each func(tenant string, s evidence.Seal)) error {
	rows, err := e.Tx.Query(ctx, `select tenant_id::text, position, fact, key, subject, form, leaf, text_leaf, sealed_at, link
		from attendance.evidence_seals order by tenant_id, position`)
	if err != nil {
		return err
	}
	var tenant string
	var link []byte
	var s evidence.Seal
	_, err = pgx.ForEachRow(rows, []any{&tenant, &s.Position, &s.Fact, &s.Key, &s.Subject, &s.Form, &s.Leaf, &s.TextLeaf, &s.At, &link}, func() error {
		copy(s.Link[:], link)
		each(tenant, s)
		return nil
	})
	return err
}

// Checkpoints reads every checkpoint by company and number.
func (e Evidence) Checkpoints(ctx context.Context) ([]evidence.Checkpoint, error) {
	rows, err := e.Tx.Query(ctx, `select `+checkpointColumns+` from attendance.evidence_checkpoints order by tenant_id, number`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[evidence.Checkpoint])
}

// Ends reads where the chains are said to end.
func (e Evidence) Ends(ctx context.Context) ([]evidence.End, error) {
	rows, err := e.Tx.Query(ctx, `select tenant_id::text, position, checkpoint, checkpointed, head from attendance.evidence_chains`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[evidence.End])
}

func factsBesideSeals(f evidence.Fact) string {
	return `
select coalesce(f.tenant_id, s.tenant_id)::text, coalesce(f.key, s.key), f.key is not null, coalesce(f.line, ''), f.content, f.sealed, f.received,
       exists (select from attendance.evidence_todo n where n.tenant_id = f.tenant_id and n.fact = $1 and n.key = f.key),
       s.position, s.form, s.salt, s.leaf, s.text_salt, s.text_leaf, s.sealed_at,
       coalesce(f.again, false), coalesce(f.employee, ''), e.position is not null
  from (select f.tenant_id, ` + f.KeySQL() + ` as key, ` + f.RowSQL() + ` as line, ` + f.TextSQL() + ` as content, ` + f.SealedSQL() + ` as sealed, ` + f.ReceivedSQL() + ` as received,
               ` + f.EmployeeSQL() + ` as employee, ` + f.OrderSQL() + ` > 1 as again from attendance.` + f.Table + ` f) f
  full join (select * from attendance.evidence_seals where fact = $1) s on s.tenant_id = f.tenant_id and s.key = f.key
  left join attendance.evidence_erasures e on e.tenant_id = s.tenant_id and e.position = s.position`
}

// Rows reads every row of a table beside its seal, and every seal whose row is not there.
func (e Evidence) Rows(ctx context.Context, f evidence.Fact, each func(evidence.Row)) error {
	rows, err := e.Tx.Query(ctx, factsBesideSeals(f), f.Table)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, s := evidence.Row{}, evidence.Seal{Fact: f.Table}
		var position *int64
		var form *int16
		var line string
		at := &s.At
		if err := rows.Scan(&r.Tenant, &r.Key, &r.There, &line, &r.Content, &r.Sealed, &r.Received, &r.Noted,
			&position, &form, &s.Salt, &s.Leaf, &s.TextSalt, &s.TextLeaf, &at,
			&r.Again, &r.Employee, &r.Stone); err != nil {
			return err
		}
		r.Canonical = []byte(line)
		if position != nil {
			s.Position, s.Form, s.Key, s.At, r.Seal = *position, *form, r.Key, *at, &s
		}
		each(r)
	}
	return rows.Err()
}

// Lost reads what is noted to be sealed and not in its table.
func (e Evidence) Lost(ctx context.Context, f evidence.Fact, each func(tenant, key string)) error {
	rows, err := e.Tx.Query(ctx, `select n.tenant_id::text, n.key from attendance.evidence_todo n
		where n.fact = $1 and not exists (select from attendance.`+f.Table+` f where f.tenant_id = n.tenant_id and `+f.KeySQL()+` = n.key)`, f.Table)
	if err != nil {
		return err
	}
	var tenant, key string
	_, err = pgx.ForEachRow(rows, []any{&tenant, &key}, func() error {
		each(tenant, key)
		return nil
	})
	return err
}

// Unknown reads seals and notes of tables that have no facts.
func (e Evidence) Unknown(ctx context.Context, each func(tenant, table, key string)) error {
	known := []string{}
	for _, f := range evidence.Facts() {
		known = append(known, f.Table)
	}
	rows, err := e.Tx.Query(ctx, `select tenant_id::text, fact, key from attendance.evidence_seals where fact <> all ($1)
		union all select tenant_id::text, fact, key from attendance.evidence_todo where fact <> all ($1)`, known)
	if err != nil {
		return err
	}
	var tenant, fact, key string
	_, err = pgx.ForEachRow(rows, []any{&tenant, &fact, &key}, func() error {
		each(tenant, fact, key)
		return nil
	})
	return err
}

// digestOfEmployee is what the database's function employee_digest says of row e, without asking it: whoever can edit
// rows can replace the function.
const digestOfEmployee = `sha256(e.salt || convert_to(jsonb_build_array(e.id, e.number, e.display_name, e.email, e.department, e.state, e.revision)::text, 'UTF8'))`

// leading holds for what follows from facts and may be changed: a company and an employee are as they were decided last.
const leading = `
select coalesce(c.tenant_id, k.tenant_id)::text, 'companies', coalesce(c.tenant_id, k.tenant_id)::text, 'WRONG_COMPANY'
  from (select distinct on (tenant_id) tenant_id, revision, time_zone, closing_day from attendance.company_calendars order by tenant_id, revision desc) k
  full join attendance.companies c on c.tenant_id = k.tenant_id
 where (c.time_zone, c.closing_day) is distinct from (k.time_zone, k.closing_day) or c.revision < k.revision
union all
select coalesce(e.tenant_id, v.tenant_id)::text, 'employees', coalesce(e.id, v.employee_id)::text, 'WRONG_EMPLOYEE'
  from (select distinct on (tenant_id, employee_id) tenant_id, employee_id, revision, digest
          from attendance.employee_versions order by tenant_id, employee_id, revision desc) v
  full join attendance.employees e on e.tenant_id = v.tenant_id and e.id = v.employee_id
 where v.digest is distinct from case when e.id is not null then ` + digestOfEmployee + ` end
union all`

// unmatched holds for facts of which none was erased: an event that was recorded has one punch, and a punch of an
// event is the only one and of one that was recorded, or was held and then applied. A punch is found by its id and its
// event, and a timesheet is where the last entry of its history has put it,
// and is marked as purged only when that history was.
const unmatched = `
select o.tenant_id::text, 'event_outcomes', encode(o.event_key, 'hex'), 'NO_PUNCH' from attendance.event_outcomes o
 where o.verdict = 'RECORDED' and not exists (select from attendance.punches p where p.tenant_id = o.tenant_id and p.id = o.punch_id and p.event_key = o.event_key)
   and not exists (select from attendance.evidence_seals s join attendance.evidence_erasures e using (tenant_id, position)
                    where s.tenant_id = o.tenant_id and s.fact = 'punches' and s.key = jsonb_build_array(o.punch_id)::text)
union all
select p.tenant_id::text, 'punches', p.id::text, 'NO_OUTCOME' from attendance.punches p
 where p.event_key is not null
   and not exists (select from attendance.event_outcomes o where o.tenant_id = p.tenant_id and o.event_key = p.event_key and o.punch_id = p.id)
   and not exists (select from attendance.held_punch_decisions d where d.tenant_id = p.tenant_id and d.held_id = p.id and d.verb = 'apply')
   and not exists (select from attendance.evidence_seals s join attendance.evidence_erasures e using (tenant_id, position)
                    where s.tenant_id = p.tenant_id and s.fact in ('event_outcomes', 'held_punch_decisions')
                      and s.key in (jsonb_build_array(encode(p.event_key, 'hex'))::text, jsonb_build_array(p.id)::text))
union all
select p.tenant_id::text, 'punches', max(p.id::text), 'TWO_PUNCHES' from attendance.punches p
 where p.event_key is not null group by p.tenant_id, p.event_key having count(*) > 1
union all
select coalesce(k.tenant_id, p.tenant_id)::text, 'punch_keys', coalesce(k.id, p.id)::text, 'WRONG_KEY'
  from attendance.punch_keys k full join attendance.punches p on p.tenant_id = k.tenant_id and p.id = k.id and p.business_day = k.business_day
 where k.id is null or p.id is null or k.event_key is distinct from p.event_key
union all
select coalesce(t.tenant_id, x.tenant_id)::text, 'timesheets', jsonb_build_array(coalesce(t.employee_id, x.employee_id), coalesce(t.period, x.period))::text, 'WRONG_STATE'
  from (select distinct on (tenant_id, employee_id, period) tenant_id, employee_id, period, revision, state
          from attendance.timesheet_transitions order by tenant_id, employee_id, period, revision desc) x
  full join attendance.timesheets t on t.tenant_id = x.tenant_id and t.employee_id = x.employee_id and t.period = x.period
 where t.period is null or (t.state, t.revision) is distinct from (x.state, x.revision)
   and not (x.period is null and t.state = 'OPEN')
   and not (x.period is null and t.state = 'APPROVED' and exists (
       select from attendance.evidence_seals s join attendance.evidence_erasures e using (tenant_id, position)
        where s.tenant_id = t.tenant_id and s.fact = 'timesheet_transitions' and s.key = jsonb_build_array(t.employee_id, t.period, t.revision)::text))
union all
select t.tenant_id::text, 'timesheets', jsonb_build_array(t.employee_id, t.period)::text, 'WRONG_STATE' from attendance.timesheets t
 where t.purged_at is not null and not exists (
       select from generate_series(1, t.revision) as r (revision)
         join attendance.evidence_seals s on s.tenant_id = t.tenant_id and s.fact = 'timesheet_transitions' and s.key = jsonb_build_array(t.employee_id, t.period, r.revision)::text
         join attendance.evidence_erasures e on e.tenant_id = s.tenant_id and e.position = s.position)`

// Unmatched reads what does not fit, among rows and among what guards them.
func (e Evidence) Unmatched(ctx context.Context, each func(evidence.Finding)) error {
	rows, err := e.Tx.Query(ctx, leading+entered+times()+judged+unmatched)
	if err != nil {
		return err
	}
	var f evidence.Finding
	_, err = pgx.ForEachRow(rows, []any{&f.Tenant, &f.Table, &f.Key, &f.Problem}, func() error {
		each(f)
		return nil
	})
	if err != nil {
		return err
	}
	return e.otherGuards(ctx, each)
}
