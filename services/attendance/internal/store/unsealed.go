package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// note is a fact that waits for its seal.
type note struct {
	ID        int64
	Fact, Key string
}

func notedAfter(ctx context.Context, tx pgx.Tx, tenant string, after int64, limit int) ([]note, error) {
	rows, err := tx.Query(ctx, `select id, fact, key from attendance.evidence_todo where tenant_id = $1 and id > $2 order by id limit $3`, tenant, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[note])
}

// unsealedRows reads what is to be hashed of noted rows. A noted row that is not there stays noted, for the check to
// find; one that has a seal already, which only somebody by hand can bring about, is only crossed off if seals are looked
// for. The limit is for the planner: each row is looked up by its key, where a join would read every fact of the company.
func unsealedRows(f evidence.Fact, look bool) string {
	sealed := `$4 = ''`
	if look {
		sealed = `exists (select from attendance.evidence_seals s where s.tenant_id = $1 and s.fact = $4 and s.key = n.key)`
	}
	return `
with n as materialized (
     select w.id, w.key, ` + f.ReadKeySQL("w.key") + ` from unnest($2::bigint[], $3::text[]) as w (id, key))
select n.id, n.key, ` + f.SubjectSQL() + `, ` + f.RowSQL() + `, ` + f.TextSQL() + `,
       ` + sealed + `
  from n
 cross join lateral (select r.* from attendance.` + f.Table + ` r where r.tenant_id = $1 and ` + f.MatchSQL("r") + ` limit 1) f`
}

// sealsOf makes seals for noted facts, in their order, and names the notes that are done with.
func sealsOf(ctx context.Context, tx pgx.Tx, tenant string, noted []note, look bool, at time.Time) (seals []evidence.Seal, ids []int64, err error) {
	seals, ids = make([]evidence.Seal, len(noted)), make([]int64, 0, len(noted)) // of each note, at its place
	for _, fact := range evidence.Facts() {
		waiting, keys := []int64{}, []string{}
		for _, n := range noted {
			if n.Fact == fact.Table {
				waiting, keys = append(waiting, n.ID), append(keys, n.Key)
			}
		}
		if len(waiting) == 0 {
			continue
		}
		rows, err := tx.Query(ctx, unsealedRows(fact, look), tenant, waiting, keys, fact.Table)
		if err != nil {
			return nil, nil, err
		}
		var id int64
		var key, subject, row string
		var text []byte
		var known bool
		seen := map[string]bool{}
		_, err = pgx.ForEachRow(rows, []any{&id, &key, &subject, &row, &text, &known}, func() error {
			place, found := slices.BinarySearchFunc(noted, id, func(n note, id int64) int { return cmp.Compare(n.ID, id) })
			if found && !known && !seen[key] {
				seen[key], seals[place] = true, evidence.New(fact.Table, key, subject, []byte(row), text, at)
			}
			ids = append(ids, id)
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return slices.DeleteFunc(seals, func(s evidence.Seal) bool { return s.Fact == "" }), ids, nil
}
