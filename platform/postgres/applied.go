package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// historyTable is the quoted name of the table that notes applied files.
func historyTable(schema string) string {
	return pgx.Identifier{schema, "schema_migrations"}.Sanitize()
}

// ensureSchema makes the schema and its history table, both in one transaction.
func ensureSchema(ctx context.Context, conn *pgx.Conn, m Migrations) error {
	var there bool
	err := conn.QueryRow(ctx, "select to_regclass($1) is not null", historyTable(m.Context)).Scan(&there)
	if err != nil || there {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, schemaSQL(m))
		if Code(err) == "42501" {
			return fmt.Errorf("the login may not create schema %s: grant create on the database to it: %w", m.Context, err)
		}
		return err
	})
}

// schemaSQL creates the schema with nothing granted but its use.
func schemaSQL(m Migrations) string {
	schema := pgx.Identifier{m.Context}.Sanitize()
	app, worker := pgx.Identifier{m.Role()}.Sanitize(), pgx.Identifier{m.WorkerRole()}.Sanitize()
	return `create schema if not exists ` + schema + `;
grant usage on schema ` + schema + ` to ` + app + `, ` + worker + `;
create table ` + historyTable(m.Context) + ` (
    version    integer        not null constraint schema_migrations_pkey primary key,
    name       text           not null,
    sha256     bytea          not null constraint schema_migrations_sha256_check check (octet_length(sha256) = 32),
    applied_at timestamptz(3) not null default now()
);
grant select on ` + historyTable(m.Context) + ` to ` + app
}

// querier is the part of a connection or a pool that reading needs.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// readApplied returns the noted files by version.
func readApplied(ctx context.Context, from querier, schema string) (map[int]step, error) {
	rows, err := from.Query(ctx, "select version, name, sha256 from "+historyTable(schema))
	if err != nil {
		return nil, err
	}
	applied := make(map[int]step)
	var next step
	_, err = pgx.ForEachRow(rows, []any{&next.version, &next.name, &next.sum}, func() error {
		applied[next.version] = step{version: next.version, name: next.name, sum: bytes.Clone(next.sum)}
		return nil
	})
	return applied, err
}

// unchanged refuses a file that differs from what was applied under its number.
func unchanged(steps []step, applied map[int]step) error {
	for _, s := range steps {
		was, done := applied[s.version]
		if done && (was.name != s.name || !bytes.Equal(was.sum, s.sum)) {
			return fmt.Errorf("%s differs from what was applied as %s: applied files never change, add a new one", s, was)
		}
	}
	return nil
}

// MigrationsCurrent returns an error unless every file is applied, unchanged.
// Files newer than the program's are no error: code works before and after the
// next migration. For start-up and readiness.
func (db *DB) MigrationsCurrent(ctx context.Context, m Migrations) error {
	steps, err := m.steps()
	if err != nil {
		return err
	}
	applied, err := readApplied(ctx, db.pool, m.Context)
	if code := Code(err); code == "42P01" || code == "3F000" || code == "42501" {
		applied, err = nil, nil
	}
	if err == nil {
		err = errors.Join(unchanged(steps, applied), complete(steps, applied))
	}
	if err != nil {
		return fmt.Errorf("schema %s: %w", m.Context, oneLine(err))
	}
	return nil
}

// complete refuses a history with files still to apply.
func complete(steps []step, applied map[int]step) error {
	for _, s := range steps {
		if _, done := applied[s.version]; !done {
			return fmt.Errorf("%s is not applied: run the migrations", s)
		}
	}
	return nil
}
