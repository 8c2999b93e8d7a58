package postgres

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Scope says whose rows a transaction may see. The zero Scope is refused.
type Scope struct {
	kind    scopeKind
	tenants []string
	role    string
}

type scopeKind uint8

const (
	scopeMissing scopeKind = iota
	scopeTenants
	scopeWorker
	scopeNone
)

// Tenants lets row-level security see exactly these tenants, each a UUID. None
// given is an error at InTx, never "all of them".
func Tenants(ids ...string) Scope { return Scope{kind: scopeTenants, tenants: ids} }

// Worker takes the given role for the transaction: the narrow way to claim work
// across tenants. No tenant is set.
func Worker(role string) Scope { return Scope{kind: scopeWorker, role: role} }

// NoTenant sees tables without row-level security only.
func NoTenant() Scope { return Scope{kind: scopeNone} }

// begin gives the statements that open a transaction under the scope. They go
// out together, in one round trip, and hold canonical UUIDs and a checked role
// name only. app.tenant is always set: an empty value fails closed in every
// policy, even if the session had one.
func (s Scope) begin() (string, error) {
	const open = "begin isolation level read committed; "
	switch s.kind {
	case scopeTenants:
		ids, err := canonical(s.tenants)
		if err != nil {
			return "", err
		}
		return open + "set local app.tenant = '{" + strings.Join(ids, ",") + "}'", nil
	case scopeWorker:
		if !plainName.MatchString(s.role) {
			return "", fmt.Errorf("scope: %q is not a role name", s.role)
		}
		return open + "set local role " + pgx.Identifier{s.role}.Sanitize() + "; set local app.tenant = ''", nil
	case scopeNone:
		return open + "set local app.tenant = ''", nil
	default:
		return "", errors.New("scope: say whose rows the transaction sees: Tenants, Worker or NoTenant")
	}
}

// canonical returns every id in the canonical form of a UUID, once: a
// batch is often of one organization, and every row is compared with the list.
func canonical(tenants []string) ([]string, error) {
	if len(tenants) == 0 {
		return nil, errors.New("scope: Tenants without a tenant")
	}
	ids := make([]string, len(tenants))
	for i, tenant := range tenants {
		id, err := uuid.Parse(tenant)
		if err != nil {
			return nil, errors.New("scope: a tenant is not a UUID")
		}
		ids[i] = id.String()
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
