package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

const (
	// sealedWindow is how many rows one statement reads: what is sealed may be
	// large, and a statement must end within the pool's limit.
	sealedWindow = 500
	// sealedBatch is how many rows one transaction changes.
	sealedBatch = 50
)

// SealedColumn is a column of a context's schema whose values are sealed.
type SealedColumn struct{ Table, Column string }

// Sealed is everything that a context keeps sealed in its schema. Its worker role
// needs SELECT on the key and on the column of every table, UPDATE on the column
// alone, and policies that show it every tenant's rows.
type Sealed struct {
	db      *DB
	m       Migrations
	columns []SealedColumn
}

// NewSealed names the sealed columns of the schema of the migrations.
func NewSealed(db *DB, m Migrations, columns ...SealedColumn) Sealed {
	return Sealed{db: db, m: m, columns: columns}
}

// Rewrap goes once over every sealed value, in the order of the primary keys. A
// value without header after its first four bytes is given to rewrap and replaced
// by what that returns, if it is still the same then; nil leaves it. Rewrap
// counts the values it met without header. It never waits for a row that somebody
// else is changing: the next time finds it. Each transaction changes a few rows.
func (s Sealed) Rewrap(ctx context.Context, header []byte, rewrap func(place string, sealed []byte) ([]byte, error), say func(string)) (int64, error) {
	var all int64
	for _, column := range s.columns {
		w := &walk{SealedColumn: column, sealed: s, header: header, rewrap: rewrap}
		err := w.run(ctx)
		say(fmt.Sprintf("  %s.%s.%s: %d rows, %d under another key, %d wrapped anew", s.m.Context, column.Table, column.Column, w.rows, w.met, w.moved))
		if err != nil {
			return all, fmt.Errorf("%s.%s: %w", column.Table, column.Column, oneLine(err))
		}
		all += w.met
	}
	return all, nil
}

// walk is one time over one column.
type walk struct {
	SealedColumn
	sealed Sealed
	header []byte
	rewrap func(string, []byte) ([]byte, error)

	key   []keyColumn
	read  string // the statement that reads the first rows
	next  string // and that reads on after a key
	write string

	rows, met, moved int64
}

// keyColumn is a column of the primary key with its type.
type keyColumn struct{ name, kind string }

// place is a row by its key, as text, with the value if it is not under the
// primary key.
type place struct {
	key    []string
	sealed []byte
}

func (w *walk) run(ctx context.Context) error {
	if err := w.prepare(ctx); err != nil {
		return err
	}
	var last []string
	for {
		rows, err := w.window(ctx, last)
		if err != nil || len(rows) == 0 {
			return err
		}
		w.rows += int64(len(rows))
		last = rows[len(rows)-1].key
		if err := w.replace(ctx, rows); err != nil {
			return err
		}
	}
}

func (w *walk) in(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return w.sealed.db.InTx(ctx, Worker(w.sealed.m.WorkerRole()), fn)
}

const primaryKey = `
select a.attname, format_type(a.atttypid, a.atttypmod)
  from pg_constraint c cross join lateral unnest(c.conkey) with ordinality as k (attnum, n)
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
 where c.contype = 'p' and c.conrelid = $1::text::regclass order by k.n`

// prepare writes the statements for this table's primary key.
func (w *walk) prepare(ctx context.Context) error {
	table := pgx.Identifier{w.sealed.m.Context, w.Table}.Sanitize()
	err := w.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		found, err := tx.Query(ctx, primaryKey, table)
		if err != nil {
			return err
		}
		w.key, err = pgx.CollectRows(found, func(row pgx.CollectableRow) (k keyColumn, err error) {
			return k, row.Scan(&k.name, &k.kind)
		})
		return err
	})
	if err == nil && len(w.key) == 0 {
		err = errors.New("the table has no primary key")
	}
	w.statements(table)
	return err
}

func (w *walk) statements(table string) {
	column := pgx.Identifier{w.Column}.Sanitize()
	var names, texts, after, same []string
	for i, k := range w.key {
		name := pgx.Identifier{k.name}.Sanitize()
		names, texts = append(names, name), append(texts, name+"::text")
		after = append(after, fmt.Sprintf("$%d::text::%s", i+2, k.kind))
		same = append(same, fmt.Sprintf("%s = $%d::text::%s", name, i+3, k.kind))
	}
	row := strings.Join(names, ", ")
	first := fmt.Sprintf("select array[%s], case when substring(%s from 5 for length($1::bytea)) <> $1 then %s end from %s",
		strings.Join(texts, ", "), column, column, table)
	rest := fmt.Sprintf(" order by %s limit %d", row, sealedWindow)
	w.read = first + rest
	w.next = fmt.Sprintf("%s where (%s) > (%s)%s", first, row, strings.Join(after, ", "), rest)
	w.write = fmt.Sprintf("update %s set %s = $1 where (%s) = (select %s from %s where %s and %s = $2 for no key update skip locked)",
		table, column, row, row, table, strings.Join(same, " and "), column)
}

// window reads the rows that follow a key; none at the end.
func (w *walk) window(ctx context.Context, last []string) (rows []place, err error) {
	query, args := w.read, []any{w.header}
	if last != nil {
		query = w.next
	}
	for _, part := range last {
		args = append(args, part)
	}
	err = w.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		found, err := tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		rows, err = pgx.CollectRows(found, func(row pgx.CollectableRow) (p place, err error) {
			return p, row.Scan(&p.key, &p.sealed)
		})
		return err
	})
	return rows, err
}

// replace wraps anew outside of any transaction, then compares and swaps.
func (w *walk) replace(ctx context.Context, rows []place) error {
	batch, size := &pgx.Batch{}, 0
	for _, row := range rows {
		if row.sealed == nil {
			continue
		}
		w.met++
		again, err := w.rewrap(w.Table+" "+strings.Join(row.key, " "), row.sealed)
		if err != nil {
			return err
		}
		if again == nil {
			continue
		}
		args := []any{again, row.sealed}
		for _, part := range row.key {
			args = append(args, part)
		}
		batch.Queue(w.write, args...)
		if size++; size == sealedBatch {
			if err := w.swap(ctx, batch); err != nil {
				return err
			}
			batch, size = &pgx.Batch{}, 0
		}
	}
	return w.swap(ctx, batch)
}

func (w *walk) swap(ctx context.Context, batch *pgx.Batch) error {
	if batch.Len() == 0 {
		return nil
	}
	var moved int64
	err := w.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		moved = 0
		results := tx.SendBatch(ctx, batch)
		for range batch.Len() {
			tag, err := results.Exec()
			if err != nil {
				return errors.Join(err, results.Close())
			}
			moved += tag.RowsAffected()
		}
		return results.Close()
	})
	w.moved += moved
	return err
}
