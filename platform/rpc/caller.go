package rpc

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"google.golang.org/grpc/metadata"
)

const (
	keyTenant      = "dakoku-tenant"
	keyAccount     = "dakoku-account"
	keyRole        = "dakoku-role"
	keyKind        = "dakoku-kind"
	keyPermissions = "dakoku-permissions"
	keyEmployee    = "dakoku-employee"
	keyProved      = "dakoku-proved"
	keyDepartments = "dakoku-departments-bin" // JSON, since their names are any text
	keyLanguage    = "dakoku-language"
	keyAddress     = "dakoku-caller-address"
	keyRequest     = "dakoku-request-id"
)

// proved is the one value of keyProved that counts.
const proved = "true"

// The kinds of a caller.
const (
	// KindAccount is a person with a session.
	KindAccount = "account"
	// KindAPIKey is a program with an API key.
	KindAPIKey = "apiKey"
	// KindMachine is one of our own processes, for its own work.
	KindMachine = "machine"
)

// Caller is for whom a call is made. The first trusted hop sets it; a server
// believes it because only allow-listed peers reach its methods.
type Caller struct {
	Tenant      string   // never empty
	Account     string   // account or API key id; empty for a machine
	Role        string   // for the log and for texts; rights come from Permissions
	Kind        string   // KindAccount, KindAPIKey or KindMachine
	Permissions []string // what the caller may do
	Employee    string   // id of the person whose account it is; empty when it is nobody's
	Address     string   // network address that the caller came from; empty when it is not known
	// Proved says of a person, not of a program, that the last proof of identity is fresh enough for what asks for one;
	// whoever sets the caller judges it. False is not.
	Proved bool
	// Departments are all whose people the caller may reach; none is no such limit. Services that keep what belongs to
	// people enforce it, for reads and for changes.
	Departments []string
	// Confined is set by the server, for this call, when the caller may do it to the data of Employee alone. Methods
	// that take such callers ask Reaches.
	Confined bool
}

// May reports whether the caller has a permission.
func (c Caller) May(permission string) bool { return slices.Contains(c.Permissions, permission) }

// Reaches reports whether the caller may touch what belongs to the person with that id.
func (c Caller) Reaches(person string) bool {
	return !c.Confined || person != "" && person == c.Employee
}

// Only is the id of the one person whose data the caller may touch; empty when there is no such limit.
func (c Caller) Only() string {
	if c.Confined {
		return c.Employee
	}
	return ""
}

type callerKey struct{}

// WithCaller puts the caller into a context of this process.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom returns the caller of this call; false when there is none.
func CallerFrom(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// OutgoingCaller writes the caller and the language ("ja" or "en") into the
// metadata of calls made with the returned context. It replaces what was there.
func OutgoingCaller(ctx context.Context, c Caller, lang string) context.Context {
	md, _ := metadata.FromOutgoingContext(ctx)
	md = md.Copy()
	md.Set(keyTenant, c.Tenant)
	md.Set(keyAccount, c.Account)
	md.Set(keyRole, c.Role)
	md.Set(keyKind, c.Kind)
	md.Set(keyPermissions, strings.Join(c.Permissions, ","))
	md.Set(keyEmployee, c.Employee)
	md.Set(keyAddress, c.Address)
	md.Delete(keyDepartments)
	md.Delete(keyProved)
	if c.Proved {
		md.Set(keyProved, proved)
	}
	if len(c.Departments) > 0 {
		list, _ := json.Marshal(c.Departments) // texts can always be written
		md.Set(keyDepartments, string(list))
	}
	md.Set(keyLanguage, lang)
	return metadata.NewOutgoingContext(ctx, md)
}

// Language is the language of texts for this call: "en" when the peer asked for
// it, otherwise "ja".
func Language(ctx context.Context) string {
	if incoming(ctx, keyLanguage) == "en" {
		return "en"
	}
	return "ja"
}

// incoming returns the only value of a metadata key; several values count as none.
func incoming(ctx context.Context, key string) string {
	values := metadata.ValueFromIncomingContext(ctx, key)
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

// readCaller is the interceptor step that reads what OutgoingCaller wrote.
func readCaller(ctx context.Context, _ *call, next handler) error {
	c := Caller{
		Tenant:   incoming(ctx, keyTenant),
		Account:  incoming(ctx, keyAccount),
		Role:     incoming(ctx, keyRole),
		Kind:     incoming(ctx, keyKind),
		Employee: incoming(ctx, keyEmployee),
		Address:  incoming(ctx, keyAddress),
		Proved:   incoming(ctx, keyProved) == proved,
	}
	if list := incoming(ctx, keyPermissions); list != "" {
		c.Permissions = strings.Split(list, ",")
	}
	limited := readDepartments(ctx, &c)
	switch {
	case c.Kind == "" && c.Tenant == "":
		return next(ctx)
	case !limited, !slices.Contains([]string{KindAccount, KindAPIKey, KindMachine}, c.Kind), c.Tenant == "":
		return fault.New(fault.Unauthenticated, "CALLER_MALFORMED", textCallerMissing)
	}
	return next(withCallID(WithCaller(ctx, c)))
}

// readDepartments reads the limit of a caller. It is false for one that cannot be read: a limit is never lost.
func readDepartments(ctx context.Context, c *Caller) bool {
	switch values := metadata.ValueFromIncomingContext(ctx, keyDepartments); len(values) {
	case 0:
		return true
	case 1:
		return json.Unmarshal([]byte(values[0]), &c.Departments) == nil && len(c.Departments) > 0
	}
	return false
}
