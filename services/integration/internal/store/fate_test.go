package store

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// fates asks what became of the answers with some keys.
func (f *fixture) fates(t *testing.T, tenant string, keys ...string) []outbound.Fate {
	t.Helper()
	var hashes [][]byte
	for _, k := range keys {
		sum := sha256.Sum256([]byte(k))
		hashes = append(hashes, sum[:])
	}
	got, since, err := f.Fates(t.Context(), tenant, hashes)
	if err != nil || !since.Equal(f.clock.now().Add(-outbound.Memory)) {
		t.Fatal(since, err)
	}
	return got
}

func (f *fixture) became(t *testing.T, keys []string, want ...outbound.Fate) {
	t.Helper()
	if d := cmp.Diff(want, f.fates(t, f.tenant, keys...)); d != "" {
		t.Errorf("%v: %s", keys, d)
	}
}

// An administrator who asks for an answer is told how it went out, in the order
// asked, and nothing of another organization.
func TestWhatBecameOfSentAnswers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	sent := outbound.Verdict{State: outbound.Sent}
	f.accept(t, f.say("a", "alone", outbound.Confirmation))
	f.settle(t, f.claimNext(t), sent)
	at := f.clock.now()
	f.accept(t, f.say("b", "one", outbound.Confirmation), f.say("b", "two", outbound.Confirmation))
	f.became(t, []string{"two", "nobody's", "one"}, outbound.Fate{Stage: outbound.Waiting}, outbound.Fate{Stage: outbound.NoAnswer}, outbound.Fate{Stage: outbound.Waiting})
	f.clock.pass(5 * time.Second)
	f.settle(t, f.claimNext(t), sent)
	together := f.clock.now()
	f.accept(t, f.say("c", "late", outbound.Confirmation))
	f.clock.pass(40 * time.Minute)
	f.settle(t, f.claimNext(t), sent)
	f.became(t, []string{"alone", "one", "two", "late"},
		outbound.Fate{Stage: outbound.WasSent, Form: outbound.Alone, Ended: at},
		outbound.Fate{Stage: outbound.WasSent, Form: outbound.Together, Ended: together},
		outbound.Fate{Stage: outbound.WasSent, Form: outbound.Together, Ended: together},
		outbound.Fate{Stage: outbound.WasSent, Form: outbound.InDigest, Ended: f.clock.now()})
	if d := cmp.Diff([]outbound.Fate{{Stage: outbound.NoAnswer}}, f.fates(t, uuid.NewString(), "alone")); d != "" {
		t.Error(d)
	}
}

// What was not sent has a reason: its own, or that of its connection.
func TestWhatBecameOfOtherAnswers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	parked := func(reason string) outbound.Fate { return outbound.Fate{Stage: outbound.Parked, Reason: reason} }
	f.accept(t, f.draft("barred", outbound.Problem))
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Reason: "ACCESS_DENIED", Refused: true, Due: f.clock.now().Add(10 * time.Minute)})
	f.accept(t, f.draft("gone", outbound.Problem))
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Failed, Reason: "CHANNEL_NOT_EXIST"})
	ended := f.clock.now()
	f.accept(t, f.draft("silence", outbound.Problem))
	for range outbound.MaxAmbiguous {
		f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Reason: "TIMEOUT", Ambiguous: true})
	}
	f.became(t, []string{"barred", "gone", "silence"}, parked("ACCESS_DENIED"),
		outbound.Fate{Stage: outbound.GivenUp, Reason: "CHANNEL_NOT_EXIST", Ended: ended},
		outbound.Fate{Stage: outbound.NotKnown, Reason: "AMBIGUOUS", Ended: ended})
	f.accept(t, f.draft("first", outbound.Problem), f.draft("second", outbound.Problem))
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Reason: "BOT_NOT_FOUND", Close: 10 * time.Minute, Due: f.clock.now().Add(11 * time.Minute)})
	f.became(t, []string{"first", "second"}, parked("BOT_NOT_FOUND"), parked("BOT_NOT_FOUND"))
	f.clock.pass(10*time.Minute + time.Second)
	f.became(t, []string{"second"}, outbound.Fate{Stage: outbound.Waiting})
	if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'BROKEN', state_reason = 'KEYS_REFUSED'`); err != nil {
		t.Fatal(err)
	}
	f.became(t, []string{"second", "gone"}, parked("KEYS_REFUSED"), outbound.Fate{Stage: outbound.GivenUp, Reason: "CHANNEL_NOT_EXIST", Ended: ended})
	f.accept(t, f.draft("old", outbound.Problem))
	f.clock.pass(outbound.Life)
	f.claimNext(t) // ends what is over
	f.became(t, []string{"old"}, outbound.Fate{Stage: outbound.GivenUp, Reason: "EXPIRED", Ended: f.clock.now()})
}
