package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

const tenantsThatWait = `select distinct tenant_id::text from integration.outbound_message where state = 'QUEUED'`

// A lease that is over is of a process that did not come back.
const endWaiting = `
update integration.outbound_message
   set state = 'EXPIRED', reason = ` + expired + `, finished_at = $2, content = null, lease_until = null
 where tenant_id = $1 and id = any (array(
       select o.id from integration.outbound_message o
        where o.tenant_id = $1 and o.state = 'QUEUED' and o.created_at <= $3 and (o.lease_until is null or o.lease_until <= $2) limit $4))`

// EndWaiting ends messages that have waited for outbound.Memory, at most a batch
// of each organization, erases their content and tells how many. They end days
// after they were made when their connection is looked at; one whose gate stays
// closed is not looked at.
func (s *Store) EndWaiting(ctx context.Context) (ended int, err error) {
	var tenants []string
	err = s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, tenantsThatWait)
		if err != nil {
			return err
		}
		tenants, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	now := s.now().UTC()
	for _, tenant := range tenants {
		err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, endWaiting, tenant, now, now.Add(-outbound.Memory), forgetBatch)
			ended += int(tag.RowsAffected())
			return err
		}, tenant)
		if err != nil {
			return ended, err
		}
	}
	return ended, err
}
