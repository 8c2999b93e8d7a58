package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// NamesOf tells what the accounts and API keys of an organization are called,
// by resource name; those that are not there are missing. Keys that ended have
// their name still.
func (s *Store) NamesOf(ctx context.Context, tenant string, actors []string) (map[string]string, error) {
	names := map[string]string{}
	err := s.within(ctx, tenant, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select 'accounts/' || id, display_name from identity.accounts where tenant_id = @tenant and 'accounts/' || id = any (@actors)
			union all
			select 'apiKeys/' || id, display_name from identity.api_keys where tenant_id = @tenant and 'apiKeys/' || id = any (@actors)`,
			pgx.NamedArgs{"tenant": tenant, "actors": actors})
		if err != nil {
			return err
		}
		var actor, name string
		_, err = pgx.ForEachRow(rows, []any{&actor, &name}, func() error {
			names[actor] = name
			return nil
		})
		return err
	})
	return names, err
}
