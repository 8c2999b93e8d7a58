package postgres

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
