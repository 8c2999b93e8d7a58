package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/audit"
)

// AuditTrail lists what was noted of an organization, newest first.
func (s *Store) AuditTrail(ctx context.Context, tenant string, q audit.Query) (list []audit.Entry, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		list, err = audit.Trail{Schema: "attendance", Withheld: true}.List(ctx, tx, tenant, q)
		return err
	}, tenant)
	return list, err
}
