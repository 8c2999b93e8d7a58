package store

import (
	"testing"
	"time"
)

// A hold waits for a batch of texts that is being erased, and a batch for a hold: what is placed when PlaceHold returns
// keeps every text that is still there.
func TestAHoldAndAnErasureOfTextsTakeTurns(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 2)
	c.round(t)
	for name, act := range map[string]func() error{
		"hold": func() error {
			_, err := c.PlaceHold(t.Context(), c.tenants[0], LegalHold{Reason: "r", Actor: "a"}, false)
			return err
		},
		"erasure": func() error {
			_, err := c.EraseTexts(t.Context(), c.Now(), 10)
			return err
		},
	} {
		other, err := c.database.Owner(t).Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := noHoldMeanwhile(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- act() }()
		for end := time.Now().Add(3 * time.Minute); c.count(t, `select count(*) from pg_locks l join pg_database d on d.oid = l.database
			where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`) == 0; {
			if len(done) > 0 || time.Now().After(end) {
				t.Fatalf("%s does not wait", name)
			}
		}
		if err := other.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
