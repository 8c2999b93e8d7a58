package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
)

// An administrator reads why answers wait or were given up: a room that is not
// there, a person nobody may write to, and what nobody could try in time.
func TestReasonsOfUnsentReplies(t *testing.T) {
	t.Parallel()
	f, out := newFixture(t), &fakes{}
	out.answer = func(int) error {
		switch out.read[len(out.read)-1].Texts[0].Text {
		case "gone1", "gone2":
			return &lineworks.Failure{Class: lineworks.NotFound, Code: "CHANNEL_NOT_EXIST", Absent: lineworks.Recipient}
		case "barred":
			return &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"}
		}
		return nil
	}
	other := f.elsewhere(t, "x")
	for i := range 2 {
		d := f.draft(fmt.Sprint("gone", i+1), outbound.Problem)
		d.Content.Channel = "room"
		f.accept(t, d)
	}
	f.accept(t, f.draft("barred", outbound.Problem))
	q := f.queue(f.Store, out)
	f.pump(t, q, time.Minute, time.Second)
	first := f.clock.now().Add(-time.Minute)
	want := []connection.Unsent{{Reason: "CHANNEL_NOT_EXIST", Failed: 2, Last: first}, {Reason: "ACCESS_DENIED", Waiting: 1}}
	f.unsent(t, f.lane.Connection, want...)
	f.clock.pass(outbound.Life)
	f.claimNext(t)
	other.claimNext(t)
	late := f.clock.now()
	want[1] = connection.Unsent{Reason: "ACCESS_DENIED", Failed: 1, Last: late}
	f.unsent(t, f.lane.Connection, want...)
	f.unsent(t, other.lane.Connection, connection.Unsent{Reason: "EXPIRED", Failed: 1, Last: late})
	f.clock.pass(connection.UnsentFor + time.Second)
	f.unsent(t, f.lane.Connection)
}

func (f *fixture) unsent(t *testing.T, conn string, want ...connection.Unsent) {
	t.Helper()
	got, err := f.Figures(t.Context(), f.tenant, []string{conn})
	if d := cmp.Diff(want, got[conn].Unsent); err != nil || d != "" {
		t.Errorf("%v\n%s", err, d)
	}
}

// Years of answers that were sent are not read for those that were not.
func TestUnsentRepliesAreReadByIndex(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.grow(t)
	own, now := postgres.Tenants(f.tenant), f.clock.now()
	for _, index := range []string{"outbound_message_failed", "outbound_message_refused"} {
		f.byIndex(t, own, index, unsent, f.tenant, []string{f.lane.Connection}, now, connection.MaxUnsent)
	}
}
