package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

const (
	// wholeHistory computes each digest anew, as the trigger does that writes it.
	wholeHistory = `
select c.tenant_id::text, c.seq, c.employee_id::text, c.verb, c.account, c.user_id, c.digest,
       c.digest is not distinct from sha256(convert_to(jsonb_build_array(
           encode(coalesce(lag(c.digest) over (partition by c.tenant_id order by c.seq), ''), 'hex'), c.tenant_id, c.seq, c.employee_id,
           (extract(epoch from c.occurred_at) * 1000)::bigint, c.verb, c.account, c.user_id, c.actor, c.source)::text, 'UTF8'))
  from integration.account_link_change c
 order by c.tenant_id, c.seq`

	allLinks = `select tenant_id::text, employee_id::text, account, coalesce(user_id, '') from integration.account_link`
)

// LinkHistory is the history of every organization's links, and whose link is not
// as it has left it.
type LinkHistory struct {
	There  bool // the tables are in the database
	Unlike []link.Holder
	link.History
}

// Read reads one moment of all organizations as the login of the URL, which must
// own the tables or be a superuser.
func (h *LinkHistory) Read(ctx context.Context, url config.Secret) error {
	return postgres.Inspect(ctx, url, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select to_regclass('integration.account_link_change') is not null`).Scan(&h.There)
		if err != nil || !h.There {
			return err
		}
		if err := h.entries(ctx, tx); err != nil {
			return err
		}
		current := map[link.Holder]link.Link{}
		rows, err := tx.Query(ctx, allLinks)
		if err != nil {
			return err
		}
		var tenant string
		var l link.Link
		_, err = pgx.ForEachRow(rows, []any{&tenant, &l.Employee, &l.Account, &l.User}, func() error {
			current[link.Holder{Tenant: tenant, Employee: l.Employee}] = l
			return nil
		})
		h.Unlike = h.History.Unlike(current)
		return err
	})
}

func (h *LinkHistory) entries(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, wholeHistory)
	if err != nil {
		return err
	}
	var e link.Entry
	var digest []byte
	_, err = pgx.ForEachRow(rows, []any{&e.Tenant, &e.Seq, &e.Employee, &e.Verb, &e.Account, &e.User, &digest, &e.Whole}, func() error {
		e.Digest = link.Digest{}
		copy(e.Digest[:], digest)
		h.Add(e)
		return nil
	})
	return err
}
