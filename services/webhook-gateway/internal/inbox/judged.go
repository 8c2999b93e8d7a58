package inbox

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Judged is an event that attendance gave an outcome to. Events that wait, and
// those in quarantine, have none.
type Judged struct {
	Tenant, ID      string
	Key             []byte
	Outcome, Reason string
	Punch           string // id; empty unless recorded
}

const judged = `
select i.tenant_id::text, i.id::text, i.key, i.outcome, i.reason, i.punch_id
  from gateway.inbox i
 where i.outcome in ('RECORDED', 'IGNORED', 'REFUSED') and (i.tenant_id, i.id) > ($1::text::uuid, $2::text::uuid)
 order by i.tenant_id, i.id
 limit $3`

// ReadJudged reads at most limit events of all organizations behind one, in the
// order of organization and id, as the owner of the table. The first page is
// behind the zero uuids.
func ReadJudged(ctx context.Context, tx pgx.Tx, tenant, id string, limit int) ([]Judged, error) {
	rows, err := tx.Query(ctx, judged, tenant, id, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Judged])
}

const twins = `
select i.tenant_id::text, max(i.id::text), i.key, '', '', ''
  from gateway.inbox i
 group by i.tenant_id, i.key having count(*) > 1`

// ReadTwins reads events that are in the inbox more than once, as the owner of
// the table.
func ReadTwins(ctx context.Context, tx pgx.Tx) ([]Judged, error) {
	rows, err := tx.Query(ctx, twins)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Judged])
}

// There tells whether the database has the table.
func There(ctx context.Context, tx pgx.Tx) (there bool, err error) {
	err = tx.QueryRow(ctx, `select to_regclass('gateway.inbox') is not null`).Scan(&there)
	return there, err
}
