package recorder

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
)

// Events go on until as many deliveries were made as the plan asks for.
func TestDeliveriesAreReached(t *testing.T) {
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	defer door.Close()
	journal, err := OpenJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	line := &Line{Paths: []string{"/callback"}, People: []Person{{User: "u", Employee: "e"}}}
	s := NewSender(Plan{Lines: []*Line{line}, Doors: []string{door.URL}, Journal: journal, Seed: 1, Events: 40, Least: 400, Senders: 4})
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.Deliveries.Load(); n < 400 || n > 409 {
		t.Errorf("%d deliveries of %d events, want 400, and no event more", n, s.Sent.Load())
	}
}

// A plan that cannot be reached has an end all the same.
func TestEventsHaveAnEnd(t *testing.T) {
	s := &Sender{Plan: Plan{Events: 10, Least: 1_000_000}}
	if !s.more(39, 0) || s.more(40, 0) {
		t.Errorf("more after 39 events: %v, after 40: %v", s.more(39, 0), s.more(40, 0))
	}
}
