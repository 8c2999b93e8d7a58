package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// Link ties an employee to an account.
type Link struct {
	Employee, Account string
	Created           time.Time
	Revision          int64 // grows with every change, starts at 1
}

const linkColumns = `employee_id, account, created_at, revision`

// PutLink ties the employee to a normalised account if unchanged accepts the
// revision that is current (0: none yet); with only it checks and stores
// nothing. ACCOUNT_LINKED_ELSEWHERE, ETAG_STALE.
func (s *Store) PutLink(ctx context.Context, tenant, employee, account string, unchanged func(int64) bool, only bool) (Link, error) {
	var out Link
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		was, err := readLink(ctx, tx, tenant, employee, " for update")
		if err != nil && !missingLink(err) {
			return err
		}
		if !unchanged(was.Revision) {
			return Stale()
		}
		if out = was; was.Account == account {
			return nil
		}
		out = Link{Employee: employee, Account: account, Created: s.now().UTC().Truncate(time.Millisecond), Revision: was.Revision + 1}
		_, err = tx.Exec(ctx, `insert into integration.account_link (tenant_id, `+linkColumns+`) values ($1, $2, $3, $4, $5)
			on conflict on constraint account_link_pkey do update
			set account = excluded.account, created_at = excluded.created_at, revision = account_link.revision + 1`,
			tenant, employee, account, out.Created, out.Revision)
		if err != nil {
			return err
		}
		return dry(only)
	}, tenant)
	if postgres.Constraint(err) == "account_link_account_key" {
		return Link{}, s.linkedElsewhere(ctx, tenant, account)
	}
	return out, settled(err)
}

func (s *Store) linkedElsewhere(ctx context.Context, tenant, account string) error {
	var other string
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select employee_id from integration.account_link where tenant_id = $1 and account = $2`, tenant, account).Scan(&other)
	}, tenant)
	if err != nil {
		return err
	}
	return link.Elsewhere(other)
}

// LinkOf reads an employee's link. ACCOUNT_LINK_NOT_FOUND.
func (s *Store) LinkOf(ctx context.Context, tenant, employee string) (Link, error) {
	var out Link
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = readLink(ctx, tx, tenant, employee, "")
		return err
	}, tenant)
	if missingLink(err) {
		return out, link.NotFound()
	}
	return out, err
}

// DeleteLink removes an employee's link. ACCOUNT_LINK_NOT_FOUND.
func (s *Store) DeleteLink(ctx context.Context, tenant, employee string) error {
	if !isID(employee) {
		return link.NotFound()
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `delete from integration.account_link where tenant_id = $1 and employee_id = $2`, tenant, employee)
		if err == nil && tag.RowsAffected() == 0 {
			return link.NotFound()
		}
		return err
	}, tenant)
}

// LinksAfter lists at most limit links behind the given employee, in the order
// of employee ids.
func (s *Store) LinksAfter(ctx context.Context, tenant, employee string, limit int) ([]Link, error) {
	if employee == "" {
		employee = "00000000-0000-0000-0000-000000000000"
	}
	var out []Link
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+linkColumns+` from integration.account_link
			where tenant_id = $1 and employee_id > $2 order by employee_id limit $3`, tenant, employee, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanLink)
		return err
	}, tenant)
	return out, err
}

func readLink(ctx context.Context, tx pgx.Tx, tenant, employee, lock string) (Link, error) {
	if !isID(employee) {
		return Link{}, pgx.ErrNoRows
	}
	rows, err := tx.Query(ctx, `select `+linkColumns+` from integration.account_link where tenant_id = $1 and employee_id = $2`+lock, tenant, employee)
	if err != nil {
		return Link{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanLink)
}

func scanLink(row pgx.CollectableRow) (Link, error) {
	var l Link
	err := row.Scan(&l.Employee, &l.Account, &l.Created, &l.Revision)
	l.Created = l.Created.UTC()
	return l, err
}

func missingLink(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
