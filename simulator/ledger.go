package simulator

import (
	"slices"
	"strconv"
	"time"
)

// EntryKind tells calls from deliveries.
type EntryKind string

// The kinds of ledger entries.
const (
	Called    EntryKind = "call"     // the product called an API
	Delivered EntryKind = "delivery" // a callback was sent, or skipped
)

// Entry is one line of the ledger. It never holds a token or an assertion.
type Entry struct {
	ID     int64         `json:"id"`
	Kind   EntryKind     `json:"kind"`
	Time   time.Time     `json:"time"`
	Class  Class         `json:"class,omitempty"` // of a call
	Method string        `json:"method,omitempty"`
	Path   string        `json:"path,omitempty"` // of a call; the URL of a delivery
	Bot    string        `json:"bot,omitempty"`
	Status int           `json:"status"`           // 0: no answer was given or got
	Note   string        `json:"note,omitempty"`   // a fault that was played, an error, a reason to skip
	Body   string        `json:"body,omitempty"`   // JSON request of a call; the event of a delivery
	Copies int           `json:"copies,omitempty"` // attempts of a delivery
	Took   time.Duration `json:"took"`
}

// Query selects ledger entries. The zero value selects all.
type Query struct {
	Kind  EntryKind
	Class Class
	Bot   string
	After int64 // entries with a larger id
}

type ledger struct {
	entries []Entry
	limit   int
}

// Ledger returns the selected entries, oldest first.
func (s *Simulator) Ledger(query Query) []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Entry{}
	for _, entry := range s.ledger.entries {
		if query.selects(entry) {
			out = append(out, entry)
		}
	}
	return out
}

func (q Query) selects(e Entry) bool {
	return (q.Kind == "" || q.Kind == e.Kind) && (q.Class == "" || q.Class == e.Class) &&
		(q.Bot == "" || q.Bot == e.Bot) && e.ID > q.After
}

// record adds an entry. The caller holds the lock.
func (s *Simulator) record(entry Entry) {
	entry.ID = s.next()
	s.ledger.entries = append(s.ledger.entries, entry)
	if extra := len(s.ledger.entries) - s.ledger.limit; extra > 0 {
		s.ledger.entries = s.ledger.entries[extra:]
	}
}

// delivered records what became of a delivery, in ledger and room.
func (s *Simulator) delivered(d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry := Entry{Kind: Delivered, Time: s.now(), Method: "POST", Path: d.URL, Bot: d.Bot,
		Status: d.Status(), Note: d.Err(), Body: string(d.Body), Copies: len(d.Attempts)}
	if len(d.Attempts) > 0 {
		entry.Took = d.Attempts[0].Took
	}
	s.record(entry)
	for _, message := range slices.Backward(s.world.texts[d.Room]) {
		if message.ID == d.Message {
			message.Outcome = d.outcome()
			s.watch.tell("message", *message)
			return
		}
	}
}

// outcome is the first status that was not 200, or "200", or why nothing was sent.
func (d Delivery) outcome() string {
	if len(d.Attempts) == 0 {
		return d.Skipped
	}
	for _, attempt := range d.Attempts {
		if attempt.Status == 0 {
			return "no answer"
		}
		if attempt.Status != 200 {
			return strconv.Itoa(attempt.Status)
		}
	}
	return "200"
}
