// Package inbox keeps every accepted event from the moment before the 200 until
// its one terminal outcome.
//
// It knows durability, repeated deliveries, leases and sealing. It refuses to
// know HTTP and what an outcome means.
package inbox

import (
	"embed"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations is the schema of the public door: context "gateway".
func Migrations() postgres.Migrations {
	return postgres.Migrations{Context: "gateway", Files: migrations, Duties: []string{eraseDuty}}
}

// Sealed names every column of the schema that is sealed.
func Sealed() []postgres.SealedColumn {
	return []postgres.SealedColumn{{Table: "seal_check", Column: "value"}, {Table: "inbox", Column: "body"}}
}

// The outcomes of an event; all but Pending are terminal.
const (
	// Pending is an event that is not judged yet.
	Pending = "PENDING"
	// Recorded is a punch.
	Recorded = "RECORDED"
	// Ignored is no punch.
	Ignored = "IGNORED"
	// Refused was meant as a punch.
	Refused = "REFUSED"
	// Quarantined is kept for somebody to look at.
	Quarantined = "QUARANTINED"
)

// The reasons of the inbox's own for Quarantined.
const (
	// ReasonPoison is an event that was begun too often and never finished.
	ReasonPoison = "POISON"
	// ReasonDamaged is an event whose stored body cannot be opened or read.
	ReasonDamaged = "BODY_DAMAGED"
)

// ErrOverloaded means that too many callbacks wait for a commit.
var ErrOverloaded = errors.New("inbox: overloaded")

// Hopeless tells that the database refuses the delivery itself, so that trying again
// or elsewhere is of no use. Any other error may pass.
func Hopeless(err error) bool { return postgres.DataRefused(err) }

// Delivery is one verified callback.
type Delivery struct {
	// ID is the id of the row that this delivery makes, if it makes one; empty
	// leaves it to the inbox. A delivery that comes again by its id is not counted
	// as another one.
	ID string
	// Tenant and Connection are UUIDs.
	Tenant, Connection string
	// Token is the id of the callback token it came in by; empty when unknown.
	Token string
	// Received is when it was received, by the database's clock; zero is when it is
	// stored, and so is a time that the database has not reached then.
	Received time.Time
	// Version is the layout of Body.
	Version event.Version
	// Key makes deliveries the same event.
	Key event.Key
	// Body is what was signed.
	Body []byte
	// Event is what the body says; zero when it cannot be read.
	Event event.Event
	// Quarantine is why the event must not be processed; empty for ordinary ones.
	Quarantine string
}

// Row is a pending event whose lease we hold.
type Row struct {
	ID, Tenant, Connection string
	// Token is the id of the callback token it came in by; empty when unknown.
	Token   string
	Version event.Version
	Key     event.Key
	Event   event.Event
	// Person tells, by a hash, whose events come in order; empty for an event
	// without sender and for one that may hold up nobody any more.
	Person string
	// Received is when the event was first received, by the database's clock.
	Received time.Time
	// Attempts counts how often work was begun without an orderly end; at least 1.
	Attempts int
	// Blind tells that this time is not among Attempts, since nothing proves the process
	// that begins it: it must not condemn the row either, whoever counted the others.
	Blind bool
	// Deferrals counts orderly "not now"s.
	Deferrals int
	// Leased is when, by our own clock, the lease was at least as young as new.
	Leased time.Time
	// Damaged tells that Event could not be read back.
	Damaged bool

	lease  string
	sealed []byte
}

// Delay is how long an event is put off.
type Delay struct {
	// Wait is the time until the next try; zero for an event that was not begun.
	Wait time.Duration
	// Own tells that the trouble lies in the event itself and not in somebody who
	// is away. After some of that the event no longer holds up its person's others.
	Own bool
}

// Verdict is the terminal outcome of a row.
type Verdict struct {
	// Outcome is any but Pending.
	Outcome string
	// Reason is empty when recorded.
	Reason string
	// Employee and Punch are ids of attendance; empty when there is none.
	Employee, Punch string
}
