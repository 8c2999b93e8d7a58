package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// orderSQL is where a fact stands in the chain: the position of its seal, or behind all of them by its note.
func orderSQL(seal, fact, tenant, key string) string {
	return `coalesce(` + seal + `.position, 4611686018427387904 + coalesce((select min(n.id) from attendance.evidence_todo n
        where n.tenant_id = ` + tenant + ` and n.fact = '` + fact + `' and n.key = ` + key + `), 0))`
}

func joinSeal(seal, fact, tenant, key string) string {
	return ` left join attendance.evidence_seals ` + seal + ` on ` + seal + `.tenant_id = ` + tenant + ` and ` + seal + `.fact = '` + fact + `' and ` + seal + `.key = ` + key
}

var (
	listYears = `select r.tenant_id::text, ` + orderSQL("s", "retention_settings", "r.tenant_id", "jsonb_build_array(r.version)::text") + `, r.version, r.years
  from attendance.retention_settings r` + joinSeal("s", "retention_settings", "r.tenant_id", "jsonb_build_array(r.version)::text")

	listHolds = `select h.tenant_id::text, coalesce(h.employee_id::text, ''), ` + orderSQL("s", "legal_holds", "h.tenant_id", "jsonb_build_array(h.id)::text") + `,
       case when r.hold_id is not null then ` + orderSQL("t", "legal_hold_releases", "r.tenant_id", "jsonb_build_array(r.hold_id)::text") + ` end, h.placed_at
  from attendance.legal_holds h` + joinSeal("s", "legal_holds", "h.tenant_id", "jsonb_build_array(h.id)::text") + `
  left join attendance.legal_hold_releases r on r.tenant_id = h.tenant_id and r.hold_id = h.id` +
		joinSeal("t", "legal_hold_releases", "r.tenant_id", "jsonb_build_array(r.hold_id)::text")
)

// Terms reads every company's decisions about what may be removed.
func (e Evidence) Terms(ctx context.Context) (terms evidence.Terms, err error) {
	rows, err := e.Tx.Query(ctx, listYears)
	if err != nil {
		return terms, err
	}
	if terms.Years, err = pgx.CollectRows(rows, pgx.RowToStructByPos[evidence.Years]); err != nil {
		return terms, err
	}
	if rows, err = e.Tx.Query(ctx, listHolds); err != nil {
		return terms, err
	}
	terms.Holds, err = pgx.CollectRows(rows, pgx.RowToStructByPos[evidence.Hold])
	return terms, err
}
