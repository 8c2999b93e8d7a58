package store

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// bots is a platform that does not say who is missing, knows the bot, and lets it be
// looked up once in a while.
type bots struct {
	*fakes
	asked int
}

func (b *bots) HasBot(context.Context, credential.Set) (bool, lineworks.Rate, error) {
	b.asked++
	return true, lineworks.Rate{Limit: 60, Reset: 30 * time.Second}, nil
}

// A herd of answers 404 asks for the bot out of a budget: while it is used up nobody
// is asked, and the messages wait behind the others as if nobody could tell.
func TestLookingABotUpIsOfABudget(t *testing.T) {
	t.Parallel()
	f, b := newFixture(t), &bots{fakes: &fakes{}}
	b.answer = func(int) error { return &lineworks.Failure{Class: lineworks.NotFound, Code: "NOT_FOUND"} }
	q := outbound.New(outbound.Config{Store: f.Store, Accounts: b, Keys: b, Tokens: b, Platform: b, Bots: b, Now: f.clock.now, Log: zap.NewNop(), PerMinute: 60000})
	f.crowd(t, "p", 3, outbound.Problem)
	q.Step(t.Context(), f.lane)
	f.clock.pass(2 * time.Second)
	q.Step(t.Context(), f.lane)
	if got := f.states(t); b.asked != 1 || len(b.sent) != 2 || got["FAILED NOT_FOUND"] != 1 || got["QUEUED NOT_FOUND"] != 1 {
		t.Errorf("asked for the bot %d times for %d answers: %v", b.asked, len(b.sent), got)
	}
	f.clock.pass(30 * time.Second)
	q.Step(t.Context(), f.lane)
	if got := f.states(t); b.asked != 2 || got["FAILED NOT_FOUND"] != 2 {
		t.Errorf("asked %d times when there is budget again: %v", b.asked, got)
	}
}

// A 404 without a code of LINE WORKS' own is not its word, also when the bot is found to be
// there: the message waits, is tried again, and arrives when what stands in between is gone.
func TestA404OfSomethingInBetweenEndsNoMessage(t *testing.T) {
	f, b := newFixture(t), &bots{fakes: &fakes{}}
	b.answer = func(int) error { return &lineworks.Failure{Class: lineworks.NotFound, Status: 404, Code: "HTTP_404"} }
	q := outbound.New(outbound.Config{Store: f.Store, Accounts: b, Keys: b, Tokens: b, Platform: b, Bots: b, Now: f.clock.now, Log: zap.NewNop(), PerMinute: 60000})
	f.crowd(t, "p", 1, outbound.Problem)
	for range 2 {
		q.Step(t.Context(), f.lane)
		if got := f.states(t); got["QUEUED HTTP_404"] != 1 {
			t.Errorf("asked for the bot %d times: %v", b.asked, got)
		}
		f.clock.pass(11 * time.Minute)
	}
	b.answer = func(int) error { return nil }
	q.Step(t.Context(), f.lane)
	if got := f.states(t); got["SENT"] != 1 || len(b.sent) != 3 {
		t.Errorf("after %d calls: %v", len(b.sent), got)
	}
}
