package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/outbound"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// moved stands in for a platform that has moved a bot from API 1.0 to 2.0, whose
// keys of API 1.0 are still kept.
type moved struct {
	*fakes
	old   error // what API 1.0 answers
	early bool  // its keys are still those the connection sends with
	fresh func(m lineworks.Message) error
	calls map[credential.Version]int
}

func (p *moved) SealedKeys(context.Context, string, string) ([]vault.Sealed, error) {
	out := []vault.Sealed{{ID: "2", Version: credential.V2}, {ID: "1", Version: credential.V1}}
	if p.early {
		slices.Reverse(out)
	}
	return out, nil
}

func (p *moved) Open(_ context.Context, _ vault.Purpose, k vault.Sealed) (credential.Set, error) {
	return credential.Set{Version: k.Version}, nil
}

func (p *moved) HasBot(_ context.Context, set credential.Set) (bool, lineworks.Rate, error) {
	return set.Version == credential.V2, lineworks.Rate{}, nil
}

func (p *moved) Send(_ context.Context, set credential.Set, _ credential.Secret, m lineworks.Message) (lineworks.Rate, error) {
	p.calls[set.Version]++
	if set.Version == credential.V1 {
		return lineworks.Rate{}, p.old
	}
	if p.fresh == nil {
		return lineworks.Rate{}, nil
	}
	return lineworks.Rate{}, p.fresh(m)
}

func (f *fixture) movedQueue(p *moved) *outbound.Queue {
	p.fakes, p.calls = &fakes{}, map[credential.Version]int{}
	return outbound.New(outbound.Config{Store: f.Store, Accounts: p, Keys: p, Tokens: p, Platform: p, Bots: p, Now: f.clock.now, Log: zap.NewNop(), PerMinute: 60000})
}

// active is a connection that its refused keys could break.
func active(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	if _, err := f.owner.Exec(t.Context(), `update integration.connection set state = 'ACTIVE'`); err != nil {
		t.Fatal(err)
	}
	return f
}

// ofOld is a message that came by API 1.0, to a person or a room.
func (f *fixture) ofOld(key, room string, p outbound.Priority) outbound.Draft {
	d := f.draft(key, p)
	d.Version, d.Content.Channel = credential.V1, room
	if room != "" {
		d.Content.User = ""
	}
	return d
}

// What API 1.0 refuses after the move holds nobody else's answer up, and breaks
// nothing: the answer to its room waits by itself.
func TestALateAnswerToAnOldRoomStopsNobody(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"404 of all":  unclear(),
		"404 of bot":  &lineworks.Failure{Class: lineworks.NotFound, Code: "BOT_NOT_EXIST", Absent: lineworks.TheBot},
		"403":         &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"},
		"401":         &lineworks.Failure{Class: lineworks.Unauthorized, Code: "024"},
		"401 of keys": &lineworks.Failure{Class: lineworks.Unauthorized, Code: "024", Keys: true},
		"404, early":  unclear(),
		"403, early":  &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"},
		"503":         &lineworks.Failure{Class: lineworks.Temporary, Code: "HTTP_503"},
	} {
		t.Run(name, func(t *testing.T) {
			f, p := active(t), &moved{old: refusal, early: strings.HasSuffix(name, "early")}
			q := f.movedQueue(p)
			for i := range 4 {
				f.accept(t, f.ofOld(fmt.Sprint("late", i), fmt.Sprint("room", i), outbound.Problem))
			}
			f.crowd(t, "p", 20, outbound.Confirmation)
			f.pump(t, q, 10*time.Second, time.Second)
			if got := f.states(t); got["SENT"] != 20 {
				t.Errorf("%v in %v calls", got, p.calls)
			}
			f.pump(t, q, time.Hour, time.Minute)
			c, err := f.Connection(t.Context(), f.tenant, f.lane.Connection)
			figures, err2 := f.Figures(t.Context(), f.tenant, []string{f.lane.Connection})
			if err != nil || err2 != nil || c.State == connection.Broken || !figures[f.lane.Connection].PausedUntil.IsZero() {
				t.Errorf("%+v, %+v, %v", c, figures, err)
			}
		})
	}
}

// People who wrote by API 1.0 are answered by API 2.0, and that API 1.0 refuses the
// keys that were replaced does not count against those in their place.
func TestReplacedKeysThatAreRefusedBreakNothing(t *testing.T) {
	t.Parallel()
	f, p := active(t), &moved{old: &lineworks.Failure{Class: lineworks.Unauthorized, Code: "024", Keys: true}}
	q := f.movedQueue(p)
	for i := range 5 {
		f.accept(t, f.ofOld(fmt.Sprint("taro", i), "", outbound.Confirmation))
	}
	f.pump(t, q, 10*time.Second, time.Second)
	c, err := f.Connection(t.Context(), f.tenant, f.lane.Connection)
	if got := f.states(t); err != nil || c.State == connection.Broken || got["SENT"] != 5 || p.calls[credential.V1] == 0 {
		t.Errorf("%+v, %v, %v in %v", c, err, got, p.calls)
	}
}

// What the connection's own keys meet counts as ever: both refuse, and the
// connection is parked.
func TestBothVersionsRefuse(t *testing.T) {
	t.Parallel()
	f, p := active(t), &moved{old: &lineworks.Failure{Class: lineworks.Unauthorized, Code: "024"}}
	p.fresh = func(lineworks.Message) error {
		return &lineworks.Failure{Class: lineworks.Forbidden, Code: "ACCESS_DENIED"}
	}
	q := f.movedQueue(p)
	for i := range 5 {
		f.accept(t, f.ofOld(fmt.Sprint("taro", i), "", outbound.Confirmation))
	}
	f.pump(t, q, 5*time.Minute, time.Second)
	figures, err := f.Figures(t.Context(), f.tenant, []string{f.lane.Connection})
	if got := figures[f.lane.Connection]; err != nil || got.PauseReason != "ACCESS_DENIED" || p.calls[credential.V2] != 3 {
		t.Errorf("%+v, %v, %v", got, err, p.calls)
	}
}

// A message that is always refused for a reason of the whole lane is not its only
// probe: the next is another message, also one of lower priority.
func TestTheProbeRotates(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"the bot":   &lineworks.Failure{Class: lineworks.NotFound, Code: "BOT_NOT_EXIST", Absent: lineworks.TheBot},
		"the token": &lineworks.Failure{Class: lineworks.Unauthorized, Code: "024"},
		"the keys":  &lineworks.Failure{Class: lineworks.Unauthorized, Code: "024", Keys: true},
		"5xx":       &lineworks.Failure{Class: lineworks.Temporary, Code: "HTTP_500"},
	} {
		t.Run(name, func(t *testing.T) {
			f, out := newFixture(t), &fakes{}
			out.answer = func(int) error {
				if out.sent[len(out.sent)-1] == "poison" {
					return refusal
				}
				return nil
			}
			q := f.queue(f.Store, out)
			f.accept(t, f.draft("poison", outbound.Problem))
			f.crowd(t, "p", 20, outbound.Confirmation)
			f.pump(t, q, 15*time.Minute, time.Second)
			if got := f.states(t); got["SENT"] != 20 {
				t.Errorf("%v in %d calls", got, len(out.sent))
			}
		})
	}
}

// What comes while an earlier message to the same person is put off stays behind it.
func TestNobodyOvertakesWhatWasPutOff(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	put := func(key string) {
		d := f.draft(key, outbound.Problem)
		d.Content.User = "taro"
		f.accept(t, d)
	}
	put("first")
	f.settle(t, f.claimNext(t), outbound.Verdict{State: outbound.Queued, Refused: true, Reason: "ACCESS_DENIED", Due: f.clock.now().Add(10 * time.Minute)})
	f.clock.pass(time.Minute)
	put("second")
	f.accept(t, f.draft("jiro", outbound.Problem))
	m := f.claimNext(t)
	if m == nil || m.Messages[0].Content.User != "jiro" {
		t.Fatalf("%+v", m)
	}
	f.settle(t, m, outbound.Verdict{State: outbound.Sent, Mend: true})
	if m := f.claimNext(t); m != nil {
		t.Errorf("overtaken by %s", f.texts(t, m))
	}
	f.clock.pass(9 * time.Minute)
	if m := f.claimNext(t); m == nil || m.Messages[0].Content.Texts[0].Text != "first" {
		t.Errorf("%+v", m)
	}
}
