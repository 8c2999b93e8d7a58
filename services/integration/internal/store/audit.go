package store

import (
	"context"

	"github.com/jackc/pgx/v5"
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
