package store

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// A letter that the platform refuses for its content costs nobody else's answer:
// its messages go again, each by itself, also after another failure.
func TestOnlyTheMessageAtFaultFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, text := range []string{"1", "2", "3"} {
		f.accept(t, f.say("a", text, outbound.Confirmation))
		f.clock.pass(time.Millisecond)
	}
	f.clock.pass(5 * time.Second)
	whole := f.claimNext(t)
	if len(whole.Messages) != 3 {
		t.Fatalf("%q", f.texts(t, whole))
	}
	f.settle(t, whole, outbound.Verdict{State: outbound.Queued, Reason: outbound.LetterRefused})
	away := f.claimNext(t)
	if f.texts(t, away) != "1" {
		t.Fatalf("%q", f.texts(t, away))
	}
	f.settle(t, away, outbound.Verdict{State: outbound.Queued, Reason: "HTTP_503"})
	f.settle(t, f.claimOnly(t, "1"), outbound.Verdict{State: outbound.Sent})
	f.settle(t, f.claimOnly(t, "2"), outbound.Verdict{State: outbound.Failed, Reason: "INVALID_PARAMETER"})
	f.settle(t, f.claimOnly(t, "3"), outbound.Verdict{State: outbound.Queued, Reason: "HTTP_503"})
	f.accept(t, f.say("a", "4", outbound.Problem))
	f.settle(t, f.claimOnly(t, "4"), outbound.Verdict{State: outbound.Sent})
	f.accept(t, f.say("a", "5", outbound.Confirmation))
	f.settle(t, f.claimOnly(t, "3"), outbound.Verdict{State: outbound.Sent})
	if got := f.states(t); got["SENT"] != 3 || got["QUEUED"] != 1 || got["FAILED INVALID_PARAMETER"] != 1 {
		t.Errorf("%v", got)
	}
}

// A message that nobody can read waits aside and holds up no other; when it can
// be read again it goes.
func TestAnUnreadableMessageHoldsUpNobody(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.say("a", "1", outbound.Problem))
	f.clock.pass(time.Millisecond)
	f.accept(t, f.say("b", "2", outbound.Problem))
	flip := `update integration.outbound_message set content = set_byte(content, 60, get_byte(content, 60) # 1) where priority = 1 and created_at = (select min(created_at) from integration.outbound_message)`
	if _, err := f.owner.Exec(t.Context(), flip); err != nil {
		t.Fatal(err)
	}
	claim, err := f.Claim(t.Context(), f.lane, 240, f.clock.now(), f.clock.now().Add(time.Minute))
	if err != nil || claim.Letter != nil {
		t.Fatalf("%v, %v", claim.Letter, err)
	}
	f.settle(t, f.claimOnly(t, "2"), outbound.Verdict{State: outbound.Sent})
	if _, err := f.owner.Exec(t.Context(), flip); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(asideFor)
	f.settle(t, f.claimOnly(t, "1"), outbound.Verdict{State: outbound.Sent})
}

// claimOnly claims the next letter, which is to hold one text and nothing else.
func (f *fixture) claimOnly(t *testing.T, text string) *outbound.Letter {
	t.Helper()
	l := f.claimNext(t)
	if f.texts(t, l) != text {
		t.Fatalf("%q where %q was to be", f.texts(t, l), text)
	}
	return l
}
