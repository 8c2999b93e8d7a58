package store

import (
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

func unclear() error { return &lineworks.Failure{Class: lineworks.NotFound, Code: "NOT_FOUND"} }

// F32: nobody can tell whether the bot or the people are gone, but everybody gets
// 404: three calls, then the connection is parked, and nothing is lost.
func TestF32UnclearForAllParksTheConnection(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(int) error { return unclear() }
	f.crowd(t, "p", 5, outbound.Problem)
	q := f.queue(f.Store, out)
	f.pump(t, q, 30*time.Minute, 5*time.Second)
	if n := len(out.sent); n > 6 || n < 3 {
		t.Errorf("%d calls in half an hour", n)
	}
	out.answer = nil
	f.pump(t, q, time.Hour, time.Minute)
	if got := f.states(t); got["SENT"] != 5 {
		t.Errorf("%v", got)
	}
}

// F32: the same for one person only. That message fails, the others wait for a
// moment.
func TestF32UnclearForOneFailsThatOne(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(int) error {
		if out.sent[len(out.sent)-1] == "gone" {
			return unclear()
		}
		return nil
	}
	flagged := f.flags(t, "gone")
	f.accept(t, f.draft("gone", outbound.Problem))
	f.crowd(t, "p", 3, outbound.Confirmation)
	q := f.queue(f.Store, out)
	f.pump(t, q, 5*time.Second, time.Second)
	if got := f.states(t); got["SENT"] != 3 {
		t.Errorf("the others: %v", got)
	}
	f.pump(t, q, 15*time.Minute, time.Minute)
	if got := f.states(t); got["FAILED NOT_FOUND"] != 1 || len(flagged()) != 1 {
		t.Errorf("%v, flagged %v", got, flagged())
	}
}

// A message for a connection that was deleted ends at once, with the reason.
func TestAcceptAfterDelete(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	f.disable(t)
	if err := f.DeleteConnection(t.Context(), f.tenant, f.lane.Connection, "", func(int64) bool { return true }); err != nil {
		t.Fatal(err)
	}
	first := f.accept(t, f.draft("a", outbound.Problem))
	again := f.accept(t, f.draft("a", outbound.Problem))
	if first[0].Repeated || !again[0].Repeated || again[0].ID != first[0].ID {
		t.Errorf("%+v, then %+v", first, again)
	}
	if got := f.states(t); got["FAILED "+outbound.ConnectionDeleted] != 1 {
		t.Errorf("%v", got)
	}
	if f.queue(f.Store, out).Step(t.Context(), f.lane) {
		t.Error("something is sent")
	}
}

// The connection goes while a message is accepted: the first claim ends it.
func TestAcceptDuringDelete(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{account: connection.NotFound()}
	f.accept(t, f.draft("a", outbound.Problem))
	f.queue(f.Store, out).Step(t.Context(), f.lane)
	if got := f.states(t); got["FAILED "+outbound.ConnectionDeleted] != 1 || len(out.sent) != 0 {
		t.Errorf("%v, %d calls", got, len(out.sent))
	}
	if _, err := f.SealedKeys(t.Context(), f.tenant, f.lane.Connection); !fault.HasReason(err, "CREDENTIALS_MISSING") {
		t.Errorf("missing keys look like a missing connection: %v", err)
	}
}

func (f *fixture) disable(t *testing.T) {
	t.Helper()
	_, err := f.ChangeConnection(t.Context(), f.tenant, f.lane.Connection, func(c connection.Connection, _ connection.Readiness) (connection.Connection, error) {
		return c.Disable(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
