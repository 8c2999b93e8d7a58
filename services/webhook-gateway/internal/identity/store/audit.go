package store

import (
	"context"
	"encoding/json"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/jackc/pgx/v5"
)

// recorded runs fn under the tenant of the record and writes the record in the
// same transaction: both are there or none.
func (s *Store) recorded(ctx context.Context, r identity.Record, fn func(context.Context, pgx.Tx) error) error {
	return s.within(ctx, r.Tenant, func(ctx context.Context, tx pgx.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return insertRecord(ctx, tx, r)
	})
}

func insertRecord(ctx context.Context, tx pgx.Tx, r identity.Record) error {
	before, err := values(r.Before)
	if err != nil {
		return err
	}
	after, err := values(r.After)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into identity.audit_events (tenant_id, id, event_time, actor_kind, actor, address, request_id, action, resource, before, after)
		values (@tenant, @id, @time, @kind, @actor, @address, @request, @action, @resource, @before, @after)`,
		pgx.NamedArgs{"tenant": r.Tenant, "id": r.ID, "time": r.Time.UTC(), "kind": r.Actor.Kind, "actor": r.Actor.ID,
			"address": r.Actor.Place.Address, "request": r.Actor.Place.Request,
			"action": r.Action, "resource": r.Resource, "before": before, "after": after})
	return err
}

// values are JSON, or NULL for nothing.
func values(v identity.Values) (*string, error) {
	if v == nil {
		return nil, nil
	}
	raw, err := json.Marshal(v)
	text := string(raw)
	return &text, err
}
