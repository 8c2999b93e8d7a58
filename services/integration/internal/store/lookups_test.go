package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// spend takes look-ups until there are none, and tells how many there were.
func (f *fixture) spend(t *testing.T, api lineworks.API, most int) (n int, wait time.Duration) {
	t.Helper()
	for ; n < most; n++ {
		var err error
		if wait, err = f.SpendCall(t.Context(), f.tenant, f.lane.Connection, api); err != nil {
			t.Fatal(err)
		}
		if wait > 0 {
			return n, wait
		}
	}
	return n, 0
}

// Looking people up, the pages of the directory and looking a bot up have budgets of
// their own, of which the platform says how large they are. None knows of another,
// nor of that of messages.
func TestLookUpsHaveABudgetOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, api := range []lineworks.API{lineworks.People, lineworks.Directory, lineworks.Bots} {
		f.hasBudget(t, api)
	}
}

func (f *fixture) hasBudget(t *testing.T, api lineworks.API) {
	t.Helper()
	f.accept(t, f.draft(string(api), outbound.Problem))
	f.claimNext(t)
	room := func() outbound.HeadRoom {
		out, err := f.RateLimits(t.Context(), f.tenant, []string{f.lane.Connection}, 240)
		if err != nil {
			t.Fatal(err)
		}
		return out[f.lane.Connection]
	}
	before := room()
	if n, _ := f.spend(t, api, 300); n != 300 {
		t.Fatalf("%d look-ups before the platform said anything", n)
	}
	learn := func(r lineworks.Rate) {
		if err := f.LearnCalls(t.Context(), f.tenant, f.lane.Connection, api, r); err != nil {
			t.Fatal(err)
		}
	}
	learn(lineworks.Rate{Limit: 240, Remaining: 3, Reset: 30 * time.Second})
	learn(lineworks.Rate{}) // an answer that says nothing
	if n, wait := f.spend(t, api, 10); n != 3 || wait != 30*time.Second {
		t.Errorf("%d look-ups, then a wait of %v", n, wait)
	}
	f.clock.pass(30 * time.Second)
	if n, wait := f.spend(t, api, 300); n != 8 || wait >= time.Second {
		t.Errorf("%d look-ups at once, then a wait of %v", n, wait)
	}
	if after := room(); after != before {
		t.Errorf("the budget of messages was %+v and is %+v", before, after)
	}
}

// Questions for which nobody waits share one budget with the look-ups of punches, and
// leave them theirs.
func TestQuestionsLeavePunchesTheirLookUps(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	spare := func() (n int) {
		for ; n < 300; n++ {
			wait, err := f.SpendSpare(t.Context(), f.tenant, f.lane.Connection, lineworks.People)
			if err != nil {
				t.Fatal(err)
			}
			if wait > 0 {
				return n
			}
		}
		return n
	}
	if n := spare(); n != 30 {
		t.Errorf("%d questions in a minute of which the platform has said nothing", n)
	}
	if err := f.LearnCalls(t.Context(), f.tenant, f.lane.Connection, lineworks.People, lineworks.Rate{Limit: 240, Remaining: 240, Reset: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if n := spare(); n != 30 {
		t.Errorf("%d questions in a minute of 240", n)
	}
	if n, _ := f.spend(t, lineworks.People, 300); n != 8 {
		t.Errorf("the burst of eight is %d behind them", n)
	}
	f.clock.pass(time.Minute)
	if n, _ := f.spend(t, lineworks.People, 1); n != 1 || spare() != 0 {
		t.Error("a question right behind a look-up")
	}
	f.clock.pass(time.Second)
	if spare() == 0 {
		t.Error("no question a second later")
	}
}

// Calls that an attempt made beside the one that was claimed are of the budget, too,
// whether or not the platform says what is left.
func TestExtraCallsAreCharged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.accept(t, f.draft("a", outbound.Problem), f.draft("b", outbound.Problem))
	claim := func() outbound.Claim {
		out, err := f.Claim(t.Context(), f.lane, 240, f.clock.now(), f.clock.now().Add(20*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	f.settle(t, claim().Letter, outbound.Verdict{State: outbound.Sent, Mend: true, Extra: 7})
	if next := claim(); next.Letter != nil || next.Wait == 0 {
		t.Errorf("the burst of eight is spent, and still: %+v", next)
	}
	f.clock.pass(time.Second)
	if claim().Letter == nil {
		t.Error("a second later nothing goes")
	}
}

// Whom the LINE WORKS of the connection knows comes first, and last who is known to be gone:
// another LINE WORKS knows nobody of them, which would tell nothing of the app.
func TestWhoIsAskedAboutInATest(t *testing.T) {
	f := newFixture(t)
	f.put(t, v2Set("1"), false)
	if got, err := f.Named(t.Context(), f.tenant, f.lane.Connection, 9); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
	for user, of := range map[string]struct {
		domain any
		gone   bool
	}{"a": {"y", false}, "b": {nil, false}, "c": {"x", true}, "d": {"x", false}, "e": {"x", false}} {
		l := f.linkTo(t, uuid.NewString(), user+"@x")
		f.do(t, `update integration.account_link set user_id = $2, domain = $3, gone_at = case when $4 then now() end where employee_id = $1`, l.Employee, user, of.domain, of.gone)
	}
	f.linkTo(t, uuid.NewString(), "0@x") // not named yet
	for most, want := range map[int]string{1: "d", 3: "d e c", 9: "d e c a b"} {
		if got, err := f.Named(t.Context(), f.tenant, f.lane.Connection, most); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%d: %q, %v", most, got, err)
		}
	}
}
