// Package connection knows the life of a connection between a company and a
// chat service: its states and what activation needs. It refuses to know
// secrets, tables and the wire.
package connection

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
)

// State tells whether punches flow through a connection.
type State string

// The states of a connection, spelled as in the contract.
const (
	Draft    State = "DRAFT"    // being set up
	Active   State = "ACTIVE"   // punches are recorded and answered
	Disabled State = "DISABLED" // switched off by an administrator
	Broken   State = "BROKEN"   // LINE WORKS refuses our keys; punches are still recorded
)

// maxName is the most characters of a display name.
const maxName = 100

// Connection joins one bot of LINE WORKS to a company.
type Connection struct {
	Tenant      string
	ID          string
	DisplayName string
	State       State
	Cause       Cause // why the state is Broken; zero otherwise
	Created     time.Time
	Revision    int64 // grows with every change, starts at 1
}

// Readiness is what a connection has that activation needs.
type Readiness struct {
	Token       bool // a live callback token
	Credentials bool
}

// allowed names the verbs that a state takes while the connection is not ready
// to be activated.
func (s State) allowed() string {
	if s == Disabled {
		return ""
	}
	return "disable"
}

// Records tells that punches of this connection are recorded.
func (s State) Records() bool { return s == Active || s == Broken }

// Activate lets punches flow. Activating an active connection changes nothing;
// a broken one gets a new chance. Errors: TOKEN_MISSING, CREDENTIALS_MISSING.
func (c Connection) Activate(has Readiness) (Connection, error) {
	switch {
	case c.State == Active:
		return c, nil
	case !has.Token:
		return c, tokenMissing.With("state", string(c.State)).With("allowed", c.State.allowed())
	case !has.Credentials:
		return c, credentialsMissing.With("state", string(c.State)).With("allowed", c.State.allowed())
	}
	return c.to(Active, Cause{}), nil
}

// Disable stops recording, from every state.
func (c Connection) Disable() Connection { return c.to(Disabled, Cause{}) }

// Break notes that LINE WORKS refuses our keys. Only an active connection
// breaks: what is off stays off.
func (c Connection) Break(cause Cause) Connection {
	if c.State != Active {
		return c
	}
	return c.to(Broken, cause)
}

// Mend notes that LINE WORKS accepts our keys, or that they were replaced.
func (c Connection) Mend() Connection {
	if c.State != Broken {
		return c
	}
	return c.to(Active, Cause{})
}

func (c Connection) to(s State, cause Cause) Connection {
	if c.State != s || c.Cause != cause {
		c.State, c.Cause, c.Revision = s, cause, c.Revision+1
	}
	return c
}

// Name checks a display name of 1 to 100 characters of which something can be seen, and trims it. The error is
// a fault that names the field displayName.
func Name(raw string) (string, error) {
	name := strings.TrimSpace(raw)
	switch {
	case utf8.RuneCountInString(name) > maxName:
		return "", fault.Invalid(nameTooLong)
	case strings.ContainsFunc(name, unwritten):
		return "", fault.Invalid(nameControl)
	case !glyph.Any(name):
		return "", fault.Invalid(nameRequired)
	}
	return name, nil
}

// unwritten are characters that break a line or control what is around them: one
// that turns the direction of writing would let a name reorder the list it stands in.
func unwritten(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}
