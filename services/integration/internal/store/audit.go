package store

import (
	"context"

	"github.com/jackc/pgx/v5"

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
	_, err = tx.Exec(ctx, `select set_config('app.audit', '', true)`)
	return err
}
