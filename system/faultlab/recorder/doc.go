// Package recorder is the other side of the fault lab's story: what was sent to the
// public doors and what came back.
//
// It knows people, bots, how LINE WORKS writes and signs an event, and a journal, a
// file that only grows: an event is in it before its first byte is sent, a delivery
// before it begins, its result after it ended. It refuses to know the product: bodies
// and signatures are made here, after the platform's documentation.
package recorder

import "time"

// Person is somebody who writes to a bot.
type Person struct {
	User     string // userId of API 2.0
	Login    string // accountId of API 1.0
	Name     string // as the company shows it
	Employee string // id of the employee; empty: linked to nobody
	Locked   bool   // whose periods are all submitted
}

// Line is one bot of a company: where its events go and who signs them.
type Line struct {
	Tenant     string
	Connection string
	Domain     int64
	Bot        string // botId, or botNo of API 1.0
	Key        string // signs: bot secret, or API ID of API 1.0
	Old        bool   // API 1.0
	Speaks     bool   // punches and problems are answered
	Paths      []string
	Room       string // a group room with everybody and the bot
	People     []Person
	Twins      []Person // of an old bot: the login of the second is that of the first and the room
	Revoked    bool     // its URLs were withdrawn: nothing may come of what is sent there
	Leaving    bool     // its URL is withdrawn while others send, and events are sent there afterwards alone
}

// Verdicts are the outcomes an event may have.
const (
	Recorded = "RECORDED"
	Ignored  = "IGNORED"
	Refused  = "REFUSED"
	Never    = "NEVER" // no row at all: it was forged
)

// Event is one thing that happened, with what must become of it.
type Event struct {
	ID         int64     `json:"id"`
	Tenant     string    `json:"tenant"`
	Connection string    `json:"connection"`
	User       string    `json:"user"`
	Person     string    `json:"person"` // the name the company shows
	Employee   string    `json:"employee"`
	Issued     time.Time `json:"issued"`
	Text       string    `json:"text"`
	Verdict    string    `json:"verdict"`
	Reason     string    `json:"reason"`
	Kind       string    `json:"kind"`      // of the punch
	Answered   bool      `json:"answered"`  // somebody is told
	Withdrawn  bool      `json:"withdrawn"` // sent to a URL that had been withdrawn: refused, or stored and judged as that
}

// Attempt is one delivery of an event, before it begins.
type Attempt struct {
	ID    int64     `json:"id"`
	Event int64     `json:"event"`
	Door  int       `json:"door"`
	Path  int       `json:"path"` // which URL of the line
	At    time.Time `json:"at"`
}

// Results of a delivery.
const (
	OK      = "ok"      // 200, read to its end
	Refusal = "refused" // another answer, read to its end
	Unknown = "unknown" // no whole answer
)

// Result is what came of an attempt.
type Result struct {
	Attempt int64     `json:"attempt"`
	Result  string    `json:"result"`
	Status  int       `json:"status"`
	At      time.Time `json:"at"`
}

// Call is one message that a bot sent, as LINE WORKS saw it.
type Call struct {
	At     time.Time `json:"at"`
	Bot    string    `json:"bot"`
	Path   string    `json:"path"`
	Status int       `json:"status"` // 0: the answer was cut off
	Body   string    `json:"body"`
}

// Gone is a time in which a door could not answer because its own process was killed,
// stopped or held, or the way to it bent: whoever stands before two doors sends to the
// other one.
type Gone struct {
	Door  int       `json:"door"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// Entry is a line of the journal; one of its fields is set.
type Entry struct {
	Event   *Event   `json:"event,omitempty"`
	Attempt *Attempt `json:"attempt,omitempty"`
	Result  *Result  `json:"result,omitempty"`
	Call    *Call    `json:"call,omitempty"`
	Gone    *Gone    `json:"gone,omitempty"`
}
