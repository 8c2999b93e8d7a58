package credential_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

// signedBy is a set whose bot secret is named.
func signedBy(id, secret string) credential.Kept {
	k := kept(id, credential.V2)
	k.Bot, k.Prints.BotSecret = "1", secret
	return k
}

// accepts tells whether a callback signed with the secret is accepted.
func accepts(r credential.Ring, now time.Time, secret string) bool {
	for _, k := range r.At(now).All() {
		if k.Prints.BotSecret == secret {
			return true
		}
	}
	return false
}

// F49: however keys change, what was current at any moment verifies callbacks
// for 24 hours after its last one, and no longer, unless it waits staged. Sets
// are changed at random for three days, a change in about 90 minutes.
func TestWhatWasCurrentVerifiesForItsDay(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		r, last := credential.Ring{}, map[string]time.Time{}
		for n := range 50 {
			next, err := change(random, r.At(now), n, now)
			if err != nil && !fault.HasReason(err, "TOO_MANY_CREDENTIALS") && !fault.HasReason(err, "PREVIOUS_CREDENTIALS_MISSING") && !fault.HasReason(err, "STAGED_CREDENTIALS_MISSING") {
				t.Fatal(err)
			}
			if r.Current != nil {
				last[r.Current.Prints.BotSecret] = now
			}
			if len(next.All()) > credential.Most+2 { // the current, previous and staged ones may have one secret
				t.Fatalf("seed %d: %d sets", seed, len(next.All()))
			}
			r = next
			now = now.Add(rand.N(3 * time.Hour))
			for secret, at := range last {
				staged := r.Staged != nil && r.Staged.Prints.BotSecret == secret
				current := r.Current.Prints.BotSecret == secret
				if want := staged || current || now.Before(at.Add(24*time.Hour)); accepts(r, now, secret) != want {
					t.Fatalf("seed %d, change %d: %s was current until %v; at %v it should be %v: %+v", seed, n, secret, at, now, want, r)
				}
			}
		}
	}
}

// change does one thing that an administrator may do, except retiring.
func change(random *rand.Rand, r credential.Ring, n int, now time.Time) (credential.Ring, error) {
	next := signedBy(fmt.Sprint("set-", n), fmt.Sprint("secret-", random.IntN(n+1)))
	next.Revision = int64(n + 1)
	if r.Current == nil {
		return r.Put(next, false, now)
	}
	switch random.IntN(5) {
	case 0:
		return r.Activate(now)
	case 1:
		return r.RollBack(now)
	case 2:
		return r.Discard(now)
	default:
		return r.Put(next, random.IntN(2) == 0, now)
	}
}

// Ten changes of the bot secret within a day fit. The next one is refused, naming
// when there is room again; one that somebody retires makes room at once.
func TestTooManySetsAreRefusedAndNotPushedOut(t *testing.T) {
	begun := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	now, r := begun, credential.Ring{}
	for n := range credential.Most {
		now = now.Add(time.Hour)
		r = put(t, r, signedBy(fmt.Sprint(n), fmt.Sprint(n)), false, now)
	}
	for _, stage := range []bool{false, true} {
		_, err := r.Put(signedBy("more", "more"), stage, now)
		named, _ := fault.From(err)
		if !fault.HasReason(err, "TOO_MANY_CREDENTIALS") || named.Meta()["expireTime"] != begun.Add(26*time.Hour).Format(time.RFC3339) {
			t.Errorf("stage %v: %v", stage, err)
		}
	}
	if !accepts(r, now, "0") {
		t.Error("the first secret is refused")
	}
	corrected := r
	for n := range 30 { // the same bot secret with another private key
		corrected = put(t, corrected, signedBy(fmt.Sprint("again-", n), "11"), n%2 == 0, now)
	}
	if !accepts(corrected, now, "0") || !accepts(corrected, now, "10") || len(corrected.All()) > credential.Most+2 {
		t.Errorf("after corrections of one secret there are %d sets", len(corrected.All()))
	}
	oldest := r.Former[len(r.Former)-1]
	room, found := r.RetireFormer(func(revision int64) bool { return revision == oldest.Revision && oldest.ID == "0" })
	if !found {
		t.Fatal("the oldest set cannot be retired")
	}
	put(t, room, signedBy("more", "more"), false, now)
	later := put(t, r.At(begun.Add(26*time.Hour)), signedBy("more", "more"), false, begun.Add(26*time.Hour))
	if accepts(later, begun.Add(26*time.Hour), "0") || !accepts(later, begun.Add(26*time.Hour), "1") {
		t.Errorf("after 24 hours: %+v", later)
	}
}
