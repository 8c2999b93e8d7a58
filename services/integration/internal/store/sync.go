package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/linksync"
)

// Sync is a run as administrators see it.
type Sync struct {
	linksync.Run
	State             string // RUNNING, DONE or FAILED
	Reason            string // why it FAILED
	UsersRead         int
	EmployeesCompared int
	Counts            map[link.Result]int
	Results           []link.Outcome // without those that are as they should be
	Created           time.Time
	Ended             time.Time // zero while it runs
}

// maxResults is the most results of a run that are shown.
const maxResults = 1000

const syncColumns = `s.id::text, s.connection_id::text, s.validate_only, s.actor, s.lease, s.all_read, s.page_cursor, s.compared_to::text, s.created_at, s.pages_read, s.relink_recreated, s.asked, s.unasked`

// StartSync stores a run that waits for a worker, with who asks for it in ctx. SYNC_RUNNING.
func (s *Store) StartSync(ctx context.Context, tenant, conn, actor string, only, relink bool) (Sync, error) {
	id, err := newID()
	if err != nil {
		return Sync{}, err
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into integration.link_sync (tenant_id, id, connection_id, validate_only, actor, state, due_at, created_at, relink_recreated, origin)
			values ($1, $2, $3, $4, $5, 'RUNNING', $6, $6, $7, nullif($8, '')::jsonb)`, tenant, id, conn, only, actor, now, relink, rpc.Origin(ctx))
		return err
	}, tenant)
	if postgres.Constraint(err) == "link_sync_running" {
		return Sync{}, s.running(ctx, tenant)
	}
	if err != nil {
		return Sync{}, err
	}
	return s.SyncOf(ctx, tenant, id)
}

// running names the run that is in the way; it may have ended just now.
func (s *Store) running(ctx context.Context, tenant string) error {
	var id string
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select id::text from integration.link_sync where tenant_id = $1 order by created_at desc limit 1`, tenant).Scan(&id)
	}, tenant)
	if err != nil {
		return err
	}
	return link.SyncRunning(id)
}

// SyncOf reads a run with its results. SYNC_NOT_FOUND.
func (s *Store) SyncOf(ctx context.Context, tenant, id string) (Sync, error) {
	if !isID(id) {
		return Sync{}, link.SyncNotFound()
	}
	out := Sync{Counts: map[link.Result]int{}}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := out.read(ctx, tx, tenant, id); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select employee_id::text, employee_number, account, result, reason from integration.link_sync_result
			where tenant_id = $1 and sync_id = $2 order by employee_number, employee_id limit $3`, tenant, id, maxResults)
		if err != nil {
			return err
		}
		out.Results, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (link.Outcome, error) {
			var o link.Outcome
			err := row.Scan(&o.Want.Employee, &o.Number, &o.Want.Account, &o.Result, &o.Reason)
			o.Text = link.Sentence(o.Reason)
			return o, err
		})
		return err
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return Sync{}, link.SyncNotFound()
	}
	return out, err
}

func (y *Sync) read(ctx context.Context, tx pgx.Tx, tenant, id string) error {
	var ended *time.Time
	var created, changed, unchanged, failed, none, gone int
	err := tx.QueryRow(ctx, `select `+syncColumns+`, s.state, s.reason, s.users_read, s.employees_compared,
			s.created, s.changed, s.unchanged, s.failed, s.no_match, s.gone, s.ended_at
		from integration.link_sync s where s.tenant_id = $1 and s.id = $2`, tenant, id).
		Scan(&y.ID, &y.Connection, &y.Only, &y.Actor, &y.Lease, &y.AllRead, &y.Cursor, &y.ComparedTo, &y.Created, &y.Pages, &y.Relink, &y.Asked, &y.Unasked,
			&y.State, &y.Reason, &y.UsersRead, &y.EmployeesCompared, &created, &changed, &unchanged, &failed, &none, &gone, &ended)
	y.Tenant, y.Started = tenant, y.Created.UTC()
	y.Counts = map[link.Result]int{link.Created: created, link.Changed: changed, link.Unchanged: unchanged, link.Failed: failed, link.NoMatch: none, link.Lost: gone}
	if ended != nil {
		y.Ended = ended.UTC()
	}
	return err
}

// ActiveConnections lists the connections that record, oldest first.
func (s *Store) ActiveConnections(ctx context.Context, tenant string) ([]string, error) {
	var out []string
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select id::text from integration.connection where tenant_id = $1 and state = 'ACTIVE' order by created_at, id`, tenant)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, tenant)
	return out, err
}
