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

// closeGate holds the messages of a connection back and counts the failure.
func closeGate(ctx context.Context, tx pgx.Tx, lane outbound.Lane, until time.Time, reason string) error {
	_, err := tx.Exec(ctx, `insert into integration.gate (tenant_id, connection_id, closed_until, failures, reason) values ($1, $2, $3, 1, $4)
		on conflict on constraint gate_pkey do update
		set closed_until = greatest(gate.closed_until, excluded.closed_until), failures = gate.failures + 1, reason = excluded.reason`,
		lane.Tenant, lane.Connection, until, reason)
	return err
}
