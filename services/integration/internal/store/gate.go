package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// openGate lets messages of a connection go at once.
func openGate(ctx context.Context, tx pgx.Tx, tenant, conn string) error {
	_, err := tx.Exec(ctx, `update integration.gate set closed_until = '-infinity', failures = 0, reason = ''
		where tenant_id = $1 and connection_id = $2 and failures > 0`, tenant, conn)
	return err
}

// mendGate opens the gate after a success, unless calls that were made later
// have failed meanwhile.
func mendGate(ctx context.Context, tx pgx.Tx, l outbound.Letter) error {
	_, err := tx.Exec(ctx, `update integration.gate set closed_until = '-infinity', failures = 0, reason = ''
		where tenant_id = $1 and connection_id = $2 and failures > 0 and failures <= $3`, l.Tenant, l.Connection, l.Failures)
	return err
}

// closeGate holds the messages of a connection back. Calls that were under way
// together and failed together count as one failure.
func closeGate(ctx context.Context, tx pgx.Tx, l outbound.Letter, until time.Time, reason string) error {
	_, err := tx.Exec(ctx, `insert into integration.gate (tenant_id, connection_id, closed_until, failures, reason) values ($1, $2, $3, 1, $4)
		on conflict on constraint gate_pkey do update
		set closed_until = greatest(gate.closed_until, excluded.closed_until), failures = greatest(gate.failures, $5 + 1), reason = excluded.reason`,
		l.Tenant, l.Connection, until, reason, l.Failures)
	return err
}
