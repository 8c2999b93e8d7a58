package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
)

// statementSettings make the server count statements; its installation must have the module.
var statementSettings = map[string]string{"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all", "pg_stat_statements.max": "2000", "pg_stat_statements.track_planning": "on"}

const statementTimes = `
select calls, plans, total_exec_time, total_plan_time, rows, wal_bytes::float8, shared_blks_hit + shared_blks_read, regexp_replace(query, '\s+', ' ', 'g')
  from pg_stat_statements where toplevel = $1 order by total_exec_time + total_plan_time desc limit 30`

// countStatements begins to count anew.
func (s *site) countStatements(ctx context.Context) error {
	if _, err := s.sql.Exec(ctx, `create extension if not exists pg_stat_statements`); err != nil {
		return err
	}
	_, err := s.sql.Exec(ctx, `select pg_stat_statements_reset()`)
	return err
}

// tellStatements prints where the server's time went: what was sent, then what triggers and foreign keys did in it.
func (s *site) tellStatements(ctx context.Context, out io.Writer) error {
	for _, sent := range []bool{true, false} {
		fmt.Fprintf(out, "statements, sent by a program: %t\n%9s %10s %9s %9s %9s %9s %9s\n", sent, "calls", "ms", "plans", "ms", "rows", "WAL kB", "blocks")
		rows, err := s.sql.Query(ctx, statementTimes, sent)
		if err != nil {
			return err
		}
		var calls, plans, touched, blocks int64
		var ran, planned, wal float64
		var text string
		_, err = pgx.ForEachRow(rows, []any{&calls, &plans, &ran, &planned, &touched, &wal, &blocks, &text}, func() error {
			fmt.Fprintf(out, "%9d %10.0f %9d %9.0f %9d %9.0f %9d  %s\n", calls, ran, plans, planned, touched, wal/1024, blocks, strings.TrimSpace(text[:min(len(text), 150)]))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
