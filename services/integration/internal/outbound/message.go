// Package outbound brings messages to people: at least once when the platform
// answers clearly, at most twice when it stays silent, never faster than the
// platform allows.
//
// It knows the life of a message, what each failure means for it, how many calls
// a connection may make and which messages go out as one. It refuses to know SQL
// and HTTP, and reads what messages say only to put several into one.
package outbound

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
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
	Refused      Priority = 3 // of either kind, to somebody the platform would not let us write to
	Overdue      Priority = 4 // a confirmation that waited for Life: nobody waits behind it
)

const (
	// Life is how long a message is worth sending that has no words for late readers.
	Life = 24 * time.Hour
	// DatedLife is how long one is that has them, see Draft.Late: as long as an
	// outage of the platform is remembered by those whom it left without an answer.
	DatedLife = 7 * 24 * time.Hour
)

// Memory is how long a message that has ended is remembered, without its text: as
// long as the hours that show how many were sent. Afterwards its event key is new,
// but no event is judged twice.
const Memory = 90 * 24 * time.Hour

// LetterRefused is the reason of messages that wait because the platform refused
// the letter they were in for its content: which of them is at fault shows when
// each goes by itself.
const LetterRefused = "LETTER_REFUSED"

// BotNotFound is the reason of messages that wait because LINE WORKS does not know
// the bot: its number is wrong, or it was removed.
const BotNotFound = "BOT_NOT_FOUND"

// ConnectionDeleted is the reason of messages that nobody sends any more.
const ConnectionDeleted = "CONNECTION_DELETED"

// MaxAmbiguous attempts are made of which nobody knows whether they arrived.
const MaxAmbiguous = 2

// Draft is a message to be accepted.
type Draft struct {
	Tenant, Connection string
	EventKey           []byte // one message per key ever
	Version            credential.Version
	Priority           Priority
	Content            lineworks.Message
	Late               []lineworks.Text // instead of the content's texts when read late; empty: those
	Said               time.Time        // when it was said what this answers; zero: when it is accepted
}

// Life is how long the message is worth sending. What has buttons asks for something
// that nobody needs days later.
func (d Draft) Life() time.Duration {
	if len(d.Late) > 0 && len(d.Content.Buttons) == 0 {
		return DatedLife
	}
	return Life
}

// Rank is the priority with which the message is accepted at that time: a
// confirmation of something that is a day old, because its event had to wait, comes
// behind those of today.
func (d Draft) Rank(now time.Time) Priority {
	if d.Priority == Confirmation && !d.Said.IsZero() && now.Sub(d.Said) >= Life && len(d.Content.Buttons) == 0 {
		return Overdue
	}
	return d.Priority
}

// Recipient tells who reads the message, without naming them: 16 bytes that are
// equal for one person or one room of a connection and API version.
func (d Draft) Recipient() []byte {
	kind, id := "user", d.Content.User
	if d.Content.Channel != "" {
		kind, id = "channel", d.Content.Channel
	}
	var raw []byte
	for _, part := range []string{d.Tenant, d.Connection, string(d.Version), kind, id} {
		raw = append(binary.AppendUvarint(raw, uint64(len(part))), part...)
	}
	sum := sha256.Sum256(raw)
	return sum[:16]
}

// Accepted is a message in the queue. Repeated tells that the key had been
// accepted before.
type Accepted struct {
	ID       string
	Repeated bool
}

// Lane is the queue of one connection.
type Lane struct{ Tenant, Connection string }

// Message is a message in the queue. Attempts and Ambiguous are of the time
// before the claim.
type Message struct {
	ID        string
	Priority  Priority
	Content   lineworks.Message
	Late      []lineworks.Text // see Draft
	Said      time.Time        // see Draft
	Created   time.Time
	Attempts  int
	Ambiguous int       // attempts of which nobody knows whether they arrived
	RefusedAt time.Time // first answer 403; zero: none
	Lease     int64     // fences the claim; 0 until claimed
	Apart     bool      // a letter with it was refused for its content: it goes by itself
}

// Letter is what goes out in one call: a message, or several that the same
// person or room reads as one, in the order in which they came.
type Letter struct {
	Lane
	ID       string // of the message that the others went with
	Version  credential.Version
	Messages []Message
	Digest   bool      // the messages are late, and say so
	Ask      bool      // the call only asks whether the platform takes messages; these wait for the answer
	Retry    bool      // not the first attempt of all of them, or of a lane that fails
	Until    time.Time // the end of the lease
	Barred   time.Time // since when the recipient is refused, by earlier messages too; zero: is not
	Others   bool      // something else got through since then
	Failures int       // of the lane, in a row
	Standing Standing  // of the lane
	Refusals int       // of them, how often an access token was refused that was just given
	Denied   int       // of them, how often nobody could tell whether the app or the recipient was refused
}

// Claim is the answer to the question what to send next.
type Claim struct {
	Letter *Letter       // nil: nothing now
	Last   bool          // nothing of the lane is left that has no call under way
	Wait   time.Duration // until something may go; 0 with nothing to send
	Ended  []Ended       // messages that ended without a call
}

// Ended is a message that ended, and why.
type Ended struct {
	ID     string
	State  State
	Reason string
}

// Verdict is what an attempt means for the messages and their lane.
type Verdict struct {
	State     State
	Reason    string    // the platform's code or ours; empty when sent
	Due       time.Time // of Queued: the new place in the queue; zero keeps the old one
	Ambiguous bool      // count one more unknown attempt
	Answered  bool      // the platform spoke, although it did not take the message
	Refused   bool      // note the time of the answer 403
	Close     time.Duration
	Break     connection.Cause // why the connection's keys are refused; zero: they are not
	Rejected  bool             // an access token was refused that was just given
	Mend      bool             // the platform accepts the connection's keys
	Gone      bool             // the platform knows no such person
	Rate      lineworks.Rate
	Extra     int // calls beside the one that the claim took out of the budget
}

// For is the verdict on one of the messages: one that nobody knows the fate of
// for the second time is not sent a third time.
func (v Verdict) For(m Message) (State, string) {
	if v.Ambiguous && m.Ambiguous+1 >= MaxAmbiguous {
		return Failed, ambiguous
	}
	return v.State, v.Reason
}
