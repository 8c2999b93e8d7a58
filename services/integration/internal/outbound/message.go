// Package outbound brings messages to people: at least once when the platform
// answers clearly, at most twice when it stays silent, never faster than the
// platform allows.
//
// It knows the life of a message and what each failure means for it. It refuses
// to know SQL, HTTP and what the messages say.
package outbound

import (
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// State is where a message stands. Every state but Queued is for ever.
type State string

// The states.
const (
	Queued  State = "QUEUED"
	Sent    State = "SENT"
	Failed  State = "FAILED"
	Expired State = "EXPIRED"
)

// Priority orders messages under a rate limit; lower goes first.
type Priority int16

// The priorities.
const (
	Problem      Priority = 1 // something the person must act on
	Confirmation Priority = 2
)

// Life is how long a message is worth sending.
const Life = 24 * time.Hour

// Draft is a message to be accepted.
type Draft struct {
	Tenant, Connection string
	EventKey           []byte // one message per key ever
	Version            credential.Version
	Priority           Priority
	Content            lineworks.Message
}

// Accepted is a message in the queue. Repeated tells that the key had been
// accepted before.
type Accepted struct {
	ID       string
	Repeated bool
}

// Lane is the queue of one connection; its messages go out one after another.
type Lane struct{ Tenant, Connection string }

// Message is a claimed message. Attempts and Ambiguous count this claim already.
type Message struct {
	Lane
	ID        string
	Version   credential.Version
	Content   lineworks.Message
	Attempts  int
	Ambiguous int       // attempts of which nobody knows whether they arrived
	RefusedAt time.Time // first answer 403; zero: none
	Others    bool      // something else got through since RefusedAt
	Expires   time.Time
	Lease     int64 // fences the claim
	Failures  int   // of the lane, in a row
}

// Verdict is what an attempt means for the message and its lane.
type Verdict struct {
	State     State
	Reason    string    // the platform's code or ours; empty when sent
	Due       time.Time // of Queued: when to try again
	Ambiguous bool      // count one more unknown attempt
	Refused   bool      // note the time of the answer 403
	Close     time.Duration
	Break     string // the connection's keys are refused, for this reason
	Mend      bool   // the platform accepts the connection's keys
}
