package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/linksync"
)

// NoteUse notes in the audit that the caller in ctx does something with the connection at LINE WORKS. It stands there
// before it is done, whatever becomes of it.
func (s *Store) NoteUse(ctx context.Context, tenant, conn string) error {
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error { return noteAct(ctx, tx, tenant, "connection", conn) }, tenant)
}

// noteAct notes what changes no row, for a caller whom the audit knows.
func noteAct(ctx context.Context, tx pgx.Tx, tenant, entity, id string) error {
	_, err := tx.Exec(ctx, `select integration.note_act($1::text::uuid, $2, $3::text::uuid)`, tenant, entity, id)
	return err
}

// askedFor makes the audit speak of whoever asked for a run, in an event of its own: that of the call stood before.
const askedFor = `select set_config('app.audit', (origin || jsonb_build_object('id', $3::text))::text, true)
 from integration.link_sync where tenant_id = $1 and id = $2 and origin is not null`

// changeAsked is changeLinks for the person who asked for the run, of whom the audit notes it; what the worker notes for
// itself in the same transaction, before and after it, is not noted.
func (s *Store) changeAsked(ctx context.Context, tx pgx.Tx, r linksync.Run, c concerned, change func(*link.Book) error) error {
	id, err := newID()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, askedFor, r.Tenant, r.ID, id); err != nil {
		return err
	}
	if err := s.changeLinks(ctx, tx, r.Tenant, By{Actor: r.Actor, Source: link.BySync}, c, change); err != nil {
		return err
	}
	return actAs(ctx, tx, "")
}

// actAs says who makes the changes that follow in the transaction; of nobody's nothing is noted.
func actAs(ctx context.Context, tx pgx.Tx, origin string) error {
	_, err := tx.Exec(ctx, `select set_config('app.audit', $1, true)`, origin)
	return err
}

// asSystem makes changes that nobody asked for: the system did that, in an event of its own, which action names; what else
// the transaction moves for itself is not noted. In the call of somebody the event is that call's, like all that comes of it.
func asSystem(ctx context.Context, tx pgx.Tx, action string, change func() error) error {
	if rpc.Origin(ctx) != "" {
		return change()
	}
	if err := actAs(ctx, tx, rpc.OwnOrigin(ctx, action)); err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	return actAs(ctx, tx, "")
}

// writeOwnState stores the state of a connection that breaks because LINE WORKS refuses its keys, or mends because it
// accepts them.
func writeOwnState(ctx context.Context, tx pgx.Tx, is connection.Connection) error {
	action := "MendConnection"
	if is.State == connection.Broken {
		action = "BreakConnection"
	}
	return asSystem(ctx, tx, action, func() error { return writeState(ctx, tx, is) })
}
