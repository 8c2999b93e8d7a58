package checker

import (
	"context"
	"errors"
	"os"

	"github.com/jackc/pgx/v5"
)

// Remember writes down what stands in the database and may never change (I9).
func Remember(ctx context.Context, conn *pgx.Conn, path string) error {
	sql, err := files.ReadFile("sql/facts.sql")
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = conn.PgConn().CopyTo(ctx, file, "copy ("+string(sql)+") to stdout")
	return errors.Join(err, file.Close())
}

// Recall puts what was remembered beside what Load loaded, and tells how much it is.
func Recall(ctx context.Context, conn *pgx.Conn, path string) (rows int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	tag, err := conn.PgConn().CopyFrom(ctx, file, "copy faultlab.seen from stdin")
	return tag.RowsAffected(), err
}
