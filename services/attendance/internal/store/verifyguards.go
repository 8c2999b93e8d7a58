package store

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// guards are the lines of listGuards as the migrations of this release make them. TestGuards writes them anew with
// -update.
//
//go:embed guards.txt
var guards string

// listGuards lists what decides which rows the service sees and what happens to those that it writes: row-level
// security, policies, rules and triggers with the digest of what they run and of the clock that they ask. A month of punches is read through its
// parent, so a partition has only what was made for it alone or is switched off, and months are told as one. Names of the owner are told as owner.
const listGuards = `
with tables as (
    select c.oid, case when c.relispartition then 'punches of a month' else c.relname end as relname, c.relowner, c.relispartition, c.relrowsecurity, c.relforcerowsecurity
      from pg_class c where c.relnamespace = 'attendance'::regnamespace and c.relkind in ('r', 'p')
)
select concat_ws(' | ', 'table', relname, relrowsecurity, relforcerowsecurity) from tables where not relispartition
union all
select concat_ws(' | ', 'policy', t.relname, p.polname, p.polcmd, p.polpermissive,
         (select string_agg(case when r = t.relowner then 'owner' when r = 0 then 'public' else r::regrole::text end, ' ' order by r = t.relowner, r::regrole::text) from unnest(p.polroles) r),
         regexp_replace(coalesce(pg_get_expr(p.polqual, t.oid), '-'), '\s+', '', 'g'), regexp_replace(coalesce(pg_get_expr(p.polwithcheck, t.oid), '-'), '\s+', '', 'g'))
  from tables t join pg_policy p on p.polrelid = t.oid
union all
select concat_ws(' | ', 'rule', t.relname, r.rulename, r.ev_type, r.ev_enabled) from tables t join pg_rewrite r on r.ev_class = t.oid
union all
select distinct concat_ws(' | ', 'trigger', t.relname, case when g.tgisinternal then 'constraint' else g.tgname end, g.tgtype, g.tgenabled, encode(g.tgargs, 'escape'), md5(regexp_replace(coalesce(pg_get_expr(g.tgqual, t.oid), '-'), '\s+', '', 'g')), f.proname, md5(f.prosrc))
  from tables t join pg_trigger g on g.tgrelid = t.oid join pg_proc f on f.oid = g.tgfoid
 where case when g.tgisinternal or t.relispartition and g.tgparentid <> 0 then g.tgenabled <> 'O' else true end
union all
select concat_ws(' | ', 'table', c.relname, 'refuses no change') from pg_class c
 where c.relnamespace = 'attendance'::regnamespace and c.relispartition and c.relkind = 'r'
   and not exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'month_is_of_facts')
union all
select concat_ws(' | ', 'function', p.proname, md5(p.prosrc)) from pg_proc p where p.pronamespace = 'attendance'::regnamespace and p.proname = 'wall_clock'
 order by 1`

// guardsNow reads them.
func (e Evidence) guardsNow(ctx context.Context) ([]string, error) {
	rows, err := e.Tx.Query(ctx, listGuards)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// otherGuards finds every guard that is not the one of this release. Records may be whole and yet not be seen, or be
// changed on their way into the database.
func (e Evidence) otherGuards(ctx context.Context, each func(evidence.Finding)) error {
	have, err := e.guardsNow(ctx)
	if err != nil {
		return err
	}
	want := strings.Split(strings.TrimSpace(guards), "\n")
	tell := func(line string, p evidence.Problem) {
		parts := strings.SplitN(line, " | ", 3)
		each(evidence.Finding{Table: parts[1], Key: parts[0] + " " + parts[2], Problem: p})
	}
	for _, line := range have {
		if !slices.Contains(want, line) {
			tell(line, evidence.OtherGuard)
		}
	}
	for _, line := range want {
		if !slices.Contains(have, line) {
			tell(line, evidence.MissingGuard)
		}
	}
	return nil
}
