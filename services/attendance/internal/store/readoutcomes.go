package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// JudgedOutcome is what was judged of an event, for a check of all contexts.
type JudgedOutcome struct {
	Verdict, Reason string // empty when there is no outcome
	Punch           string // id; empty unless recorded
	Erased          bool   // there was an outcome, and its time was over
}

const readOutcomes = `
select coalesce(o.verdict, ''), coalesce(o.reason, ''), coalesce(o.punch_id::text, ''),
       exists (select from attendance.evidence_seals s join attendance.evidence_erasures e using (tenant_id, position)
                where s.tenant_id = w.tenant and s.fact = 'event_outcomes' and s.key = jsonb_build_array(encode(w.key, 'hex'))::text)
  from unnest($1::text[]::uuid[], $2::bytea[]) with ordinality as w (tenant, key, place)
  left join attendance.event_outcomes o on o.tenant_id = w.tenant and o.event_key = w.key
 order by w.place`

// Outcomes reads what was judged of the events with these keys, in their order.
func (e Evidence) Outcomes(ctx context.Context, tenants []string, keys [][]byte) ([]JudgedOutcome, error) {
	rows, err := e.Tx.Query(ctx, readOutcomes, tenants, keys)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[JudgedOutcome])
}
