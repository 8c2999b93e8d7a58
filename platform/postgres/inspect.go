package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
)

// Inspect lets fn read one moment of the whole database as the URL's own login: in one transaction that sees one
// snapshot and writes nothing, with no limit of time. Values are written the same way whatever the login's settings say.
func Inspect(ctx context.Context, url config.Secret, fn func(context.Context, pgx.Tx) error) error {
	conn, err := connectOwner(ctx, url)
	if err != nil {
		return err
	}
	const begin = `begin isolation level repeatable read, read only; set local statement_timeout = 0; set local bytea_output = 'hex'`
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err == nil {
		err = fn(ctx, tx)
	}
	return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
}
