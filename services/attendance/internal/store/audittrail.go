package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/audit"
)

// AuditTrail lists what was noted of an organization, newest first, and tells by resource name the employees/{employee}
// whose punches, held punches, correction requests and legal holds these are. What is nobody's, is gone, or is hidden
// from the caller is missing there.
func (s *Store) AuditTrail(ctx context.Context, tenant string, q audit.Query) (list []audit.Entry, whose map[string]string, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		if list, err = (audit.Trail{Schema: "attendance", Withheld: true}).List(ctx, tx, tenant, q); err != nil {
			return err
		}
		whose, err = ownersOf(ctx, tx, tenant, list)
		return err
	}, tenant)
	return list, whose, err
}

// Each id is looked up by its key: under row-level security a join reads the whole tenant where the planner has no
// statistics. The day finds the month of a punch.
const listOwners = `
select 'punches/' || a.id, 'employees/' || p.employee_id
  from unnest(@punches::text[]::uuid[]) a (id)
 cross join lateral (select business_day from attendance.punch_keys where tenant_id = @tenant and id = a.id offset 0) k
 cross join lateral (select employee_id from attendance.punches
                      where tenant_id = @tenant and id = a.id and business_day = k.business_day offset 0) p
union all
select 'heldPunches/' || a.id, 'employees/' || h.employee_id
  from unnest(@heldPunches::text[]::uuid[]) a (id)
 cross join lateral (select employee_id from attendance.held_punches where tenant_id = @tenant and id = a.id offset 0) h
union all
select 'correctionRequests/' || a.id, 'employees/' || r.employee_id
  from unnest(@correctionRequests::text[]::uuid[]) a (id)
 cross join lateral (select employee_id from attendance.correction_requests where tenant_id = @tenant and id = a.id offset 0) r
union all
select 'legalHolds/' || a.id, 'employees/' || h.employee_id
  from unnest(@legalHolds::text[]::uuid[]) a (id)
 cross join lateral (select employee_id from attendance.legal_holds where tenant_id = @tenant and id = a.id offset 0) h
 where h.employee_id is not null`

// ownersOf reads for all entries at once: the audit keeps ids, and whose they are stands in the records.
func ownersOf(ctx context.Context, tx pgx.Tx, tenant string, list []audit.Entry) (map[string]string, error) {
	owned := pgx.NamedArgs{"punches": []string{}, "heldPunches": []string{}, "correctionRequests": []string{}, "legalHolds": []string{}}
	for _, e := range list {
		for _, c := range e.Changes {
			collection, id, _ := strings.Cut(c.Resource, "/")
			ids, is := owned[collection].([]string)
			if one, ok := canonical(id); is && ok {
				owned[collection] = append(ids, one)
			}
		}
	}
	owned["tenant"] = tenant
	rows, err := tx.Query(ctx, listOwners, owned)
	if err != nil {
		return nil, err
	}
	whose, resource, employee := map[string]string{}, "", ""
	_, err = pgx.ForEachRow(rows, []any{&resource, &employee}, func() error {
		whose[resource] = employee
		return nil
	})
	return whose, err
}
