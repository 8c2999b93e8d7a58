package identity

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// counters is an AttemptStore in memory, for many attempts.
type counters struct {
	Store
	rows map[string]Attempts
}

func (c counters) ChangeAttempts(_ context.Context, key []byte, change func(Attempts) Attempts) error {
	c.rows[string(key)] = change(c.rows[string(key)])
	return nil
}

func (c counters) ForgetAttempts(_ context.Context, key []byte) error {
	delete(c.rows, string(key))
	return nil
}

// A hundred thousand guesses within an hour from ten thousand networks: few reach the
// hash, and the owner gets in from where the owner has been before.
func TestAHundredThousandGuessesReachTheHashFewTimes(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d := &Desk{store: counters{rows: map[string]Attempts{}}, now: func() time.Time { return now }}
	home := d.newGuard("owner@example.com", Place{Address: "2001:db8::1"})
	if err := home.passed(t.Context()); err != nil {
		t.Fatal(err)
	}
	var strangers []*guard
	for i := range 10_000 {
		strangers = append(strangers, d.newGuard("owner@example.com", Place{Address: fmt.Sprintf("10.0.%d.%d", i/250, i%250)}))
	}
	reached := 0
	for i := range 100_000 {
		if err := strangers[i%len(strangers)].admit(t.Context()); err == nil {
			reached++
		} else if !fault.HasReason(err, "TOO_MANY_ATTEMPTS") {
			t.Fatal(err)
		}
		now = now.Add(36 * time.Millisecond)
	}
	if reached < perAccount.free || reached > 100 {
		t.Errorf("%d guesses reach the hash", reached)
	}
	neighbour := d.newGuard("owner@example.com", Place{Address: "2001:db8::2"}) // the same /64
	if err := neighbour.admit(t.Context()); err != nil {
		t.Errorf("the owner is locked out: %v", err)
	}
}

// One address that tries many accounts is slowed down, and forgiven by and by.
func TestAnAddressThatTriesManyAccountsIsSlowedDown(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d := &Desk{store: counters{rows: map[string]Attempts{}}, now: func() time.Time { return now }}
	try := func(i int) error {
		return d.newGuard(fmt.Sprint(i, "@example.com"), Place{Address: "::ffff:192.0.2.1"}).admit(t.Context())
	}
	admitted := 0
	for i := range 10_000 {
		if try(i) == nil {
			admitted++
		}
		now = now.Add(time.Millisecond)
	}
	if admitted < perAddress.free || admitted > perAddress.free+10 {
		t.Errorf("%d of 10,000 accounts are tried in ten seconds", admitted)
	}
	now = now.Add(30 * time.Minute)
	for i := range 20 {
		if err := try(20_000 + i); err != nil {
			t.Errorf("not forgiven after half an hour: %v", err)
		}
	}
	for i := range 200 { // an office where everybody gets it right
		g := d.newGuard(fmt.Sprint("right", i), Place{Address: "192.0.2.77"})
		if err := g.admit(t.Context()); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		if err := g.passed(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever has logged in from here is not counted at the account, and takes nothing
// from what strangers have to wait for there.
func TestAnAttemptIsGivenBackWhereItWasCounted(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	rows := map[string]Attempts{}
	d := &Desk{store: counters{rows: rows}, now: func() time.Time { return now }}
	g := d.newGuard("owner@example.com", Place{Address: "192.0.2.1"})
	guessed := Attempts{Failures: 12, Until: now.Add(time.Minute), Last: now}
	rows[string(g.account)] = guessed
	rows[string(g.pair)] = Attempts{Failures: 9, Until: now.Add(-time.Second), Last: now, Proven: now}
	before := maps.Clone(rows)
	before[string(g.address)] = Attempts{Last: now}
	if err := errors.Join(g.admit(t.Context()), g.returned(t.Context()), g.returned(t.Context())); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(rows, before) {
		t.Errorf("%v, want %v", rows, before)
	}
	if g = d.newGuard("owner@example.com", Place{Address: "192.0.2.2"}); g.admit(t.Context()) == nil || g.returned(t.Context()) != nil || rows[string(g.account)] != guessed {
		t.Errorf("a refused attempt changes what strangers wait for: %v", rows[string(g.account)])
	}
}

// No name that somebody enters reaches the counter of somebody else at an address:
// strangers could hold the owner up where the owner has been before.
func TestNoNameIsTheCounterOfAnother(t *testing.T) {
	d := &Desk{}
	owner := d.newGuard(EmailKey("owner@example.com"), Place{Address: "192.0.2.1"})
	stranger := d.newGuard(EmailKey("owner@example.com\x00192.0.2.1"), Place{Address: "198.51.100.1"})
	if bytes.Equal(stranger.account, owner.pair) {
		t.Error("a name with an address behind a NUL is the owner's counter at that address")
	}
}
