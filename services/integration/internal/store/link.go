package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

const linkColumns = `employee_id::text, account, coalesce(user_id, ''), created_at, gone_at, revision, asked_at, coalesce(domain, '')`

// PutLink ties the employee to a normalised account if unchanged accepts the
// link that is current (zero: none yet); with only it checks and stores
// nothing. ACCOUNT_LINKED_ELSEWHERE, ETAG_STALE.
func (s *Store) PutLink(ctx context.Context, tenant string, w link.Want, by By, unchanged func(link.Link) bool, only bool) (link.Link, error) {
	if !isID(w.Employee) {
		return link.Link{}, link.NotFound()
	}
	var out link.Link
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := s.changeLinks(ctx, tx, tenant, by, wanted(w), func(b *link.Book) error {
			if was, _ := b.Of(w.Employee); !unchanged(was) {
				return Stale()
			}
			if v := b.Assign([]link.Want{w})[0]; v.Result == link.Failed {
				return link.Elsewhere(link.Employee{ID: v.Holder})
			}
			out, _ = b.Of(w.Employee)
			return nil
		})
		if err != nil {
			return err
		}
		return dry(only)
	}, tenant)
	return out, settled(err)
}

// AssignLinks gives many employees accounts in one transaction and answers in
// the order of wants; with only it stores nothing.
func (s *Store) AssignLinks(ctx context.Context, tenant string, wants []link.Want, by By, only bool) ([]link.Verdict, error) {
	var out []link.Verdict
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := s.changeLinks(ctx, tx, tenant, by, wanted(wants...), func(b *link.Book) error {
			out = b.Assign(wants)
			return nil
		})
		if err != nil {
			return err
		}
		return dry(only)
	}, tenant)
	return out, settled(err)
}

// DeleteLink removes an employee's link if unchanged accepts it. ACCOUNT_LINK_NOT_FOUND, ETAG_STALE.
func (s *Store) DeleteLink(ctx context.Context, tenant, employee string, by By, unchanged func(link.Link) bool) error {
	if !isID(employee) {
		return link.NotFound()
	}
	return s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return s.changeLinks(ctx, tx, tenant, by, concerned{employees: []string{employee}}, func(b *link.Book) error {
			was, _ := b.Of(employee)
			switch {
			case !b.Remove(employee):
				return link.NotFound()
			case !unchanged(was):
				return Stale()
			}
			return nil
		})
	}, tenant)
}

// vanish notes that LINE WORKS does not know a person any more to whom something
// was sent, or who wrote. The person is named by the userId, or in API 1.0 by the login id; the
// two are never the same. Whoever is linked to nobody changes nothing.
func (s *Store) vanish(ctx context.Context, tx pgx.Tx, tenant, user string) error {
	return s.changeLinks(ctx, tx, tenant, platform, person(user, ""), func(b *link.Book) error {
		b.Vanish(user)
		return nil
	})
}

// LinkOf reads an employee's link. ACCOUNT_LINK_NOT_FOUND.
func (s *Store) LinkOf(ctx context.Context, tenant, employee string) (link.Link, error) {
	if !isID(employee) {
		return link.Link{}, link.NotFound()
	}
	var out link.Link
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+linkColumns+` from integration.account_link where tenant_id = $1 and employee_id = $2`, tenant, employee)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanLink)
		return err
	}, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, link.NotFound()
	}
	return out, err
}

// LinksAfter lists at most limit links behind the given employee, in the order
// of employee ids; of these employees only, unless only is nil.
func (s *Store) LinksAfter(ctx context.Context, tenant string, only []string, employee string, limit int) (out []link.Link, err error) {
	if employee == "" {
		employee = nobody
	}
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out, err = linksOf(tx.Query(ctx, `select `+linkColumns+` from integration.account_link
			where tenant_id = $1 and employee_id > $2 and ($4::uuid[] is null or employee_id = any ($4)) order by employee_id limit $3`, tenant, employee, limit, only))
		return err
	}, tenant)
	return out, err
}

// nobody is the id in front of all others.
const nobody = "00000000-0000-0000-0000-000000000000"

// Linked tells which of the employees, the values of the map, are linked: true
// with an account that LINE WORKS knows, as far as we heard, false with one that
// it does not know any more.
func (s *Store) Linked(ctx context.Context, tenant string, employees map[string]string) (map[string]bool, error) {
	ids := slices.Collect(maps.Values(employees))
	out := map[string]bool{}
	err := s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select employee_id::text, gone_at is null from integration.account_link where tenant_id = $1 and employee_id = any ($2)`, tenant, ids)
		if err != nil {
			return err
		}
		var id string
		var known bool
		_, err = pgx.ForEachRow(rows, []any{&id, &known}, func() error {
			out[id] = known
			return nil
		})
		return err
	}, tenant)
	return out, err
}
