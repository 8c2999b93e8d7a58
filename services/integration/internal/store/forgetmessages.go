package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// forgetBatch is how many messages one transaction forgets: a process that is ended
// in between has forgotten whole batches and left the others.
const forgetBatch = 500

// forget leaves each connection the last message that got through: a figure tells
// when that was, however long ago.
const forget = `
delete from integration.outbound_message o
 using (select m.tenant_id, m.id from integration.outbound_message m
         where m.state <> 'QUEUED' and m.created_at < $1 and m.finished_at < $1
           and (m.state <> 'SENT' or m.finished_at < (
                select n.finished_at from integration.outbound_message n
                 where n.connection_id = m.connection_id and n.state = 'SENT' order by n.finished_at desc limit 1))
         order by m.created_at limit $2 for update skip locked) old
 where o.tenant_id = old.tenant_id and o.id = old.id`

// ForgetMessages removes messages of every organization that ended longer ago than
// outbound.Memory, batch by batch, and tells how many.
func (s *Store) ForgetMessages(ctx context.Context) (int, error) {
	before, total := s.now().Add(-outbound.Memory), 0
	for {
		var gone int64
		err := s.across(ctx, func(ctx context.Context, tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, forget, before, forgetBatch)
			gone = tag.RowsAffected()
			return err
		})
		if total += int(gone); err != nil || gone < forgetBatch {
			return total, err
		}
	}
}
