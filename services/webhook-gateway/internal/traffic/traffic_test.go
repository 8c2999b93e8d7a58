package traffic

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/callback"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// ledger keeps the greatest numbers of each reporter and hour, as integration does.
type ledger struct {
	mu      sync.Mutex
	away    bool
	deaf    bool // takes a report and its answer is lost
	reports int
	hours   map[entry]*integrationv1.TrafficHour
}

type entry struct {
	place
	reporter string
}

func (l *ledger) ReportTraffic(_ context.Context, in *integrationv1.ReportTrafficRequest, _ ...grpc.CallOption) (*integrationv1.ReportTrafficResponse, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reports++
	if l.away {
		return nil, errors.New("away")
	}
	for _, h := range in.GetHours() {
		at := entry{place{h.GetTenant(), h.GetConnection(), h.GetHour().GetSeconds()}, in.GetReporter()}
		if before := l.hours[at]; before != nil {
			h.Callbacks = max(h.GetCallbacks(), before.GetCallbacks())
			h.SignatureFailures = max(h.GetSignatureFailures(), before.GetSignatureFailures())
			h.UnmatchedTexts = max(h.GetUnmatchedTexts(), before.GetUnmatchedTexts())
		}
		l.hours[at] = h
	}
	if l.deaf {
		return nil, errors.New("the answer is lost")
	}
	return &integrationv1.ReportTrafficResponse{}, nil
}

func (l *ledger) set(away bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = away
}

func (l *ledger) sum() (callbacks, failures, unmatched int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range l.hours {
		callbacks, failures, unmatched = callbacks+h.GetCallbacks(), failures+h.GetSignatureFailures(), unmatched+h.GetUnmatchedTexts()
	}
	return callbacks, failures, unmatched
}

var signer = callback.Signer{Bot: "1", Fingerprint: "0123456789abcdef"}

func newTally() (*Tally, *ledger) {
	l := &ledger{hours: map[entry]*integrationv1.TrafficHour{}}
	return New(l, zap.NewNop(), time.Now), l
}

func text(text, postback string) inbox.Row {
	return inbox.Row{Tenant: "t", Connection: "c", Event: event.Event{Kind: event.Text, Text: text, Postback: postback}}
}

func TestWhatIsCounted(t *testing.T) {
	tally, l := newTally()
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			tally.Accepted("t", "c", signer)
			tally.Unsigned("t", "d")
			tally.Judged(text("こんにちは", ""), inbox.Verdict{Outcome: inbox.Ignored, Reason: "NO_PHRASE"})
			tally.Judged(text("出勤", ""), inbox.Verdict{Outcome: inbox.Ignored, Reason: "NO_TRIGGER"})
			tally.Judged(text("出勤", ""), inbox.Verdict{Outcome: inbox.Recorded})
			tally.Judged(text("利用開始", "start"), inbox.Verdict{Outcome: inbox.Ignored, Reason: "NO_PHRASE"})
			tally.Judged(inbox.Row{Tenant: "t", Connection: "c"}, inbox.Verdict{Outcome: inbox.Ignored, Reason: "NO_PHRASE"})
			_ = tally.report(t.Context())
		})
	}
	all.Wait()
	if err := tally.report(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, f, u := l.sum(); c != 100 || f != 100 || u != 200 {
		t.Errorf("%d callbacks, %d failures, %d unmatched", c, f, u)
	}
	before := l.reports
	if err := tally.report(t.Context()); err != nil || l.reports != before {
		t.Error("reported without news")
	}
}

// A report tells when callbacks were refused last, and of each key when it signed
// one last.
func TestReportsTellWhichKeysSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tally, l := newTally()
		other := callback.Signer{Bot: "2", Fingerprint: "fedcba9876543210"}
		want := map[callback.Signer]time.Time{}
		for _, by := range []callback.Signer{signer, other, signer} {
			<-time.After(time.Second)
			tally.Accepted("t", "c", by)
			want[by] = time.Now()
		}
		<-time.After(time.Second)
		tally.Unsigned("t", "c")
		if err := tally.report(t.Context()); err != nil || len(l.hours) != 1 {
			t.Fatal(err, len(l.hours))
		}
		for _, h := range l.hours {
			if len(h.GetVerifiedKeys()) != 2 || !h.GetLastFailureTime().AsTime().Equal(time.Now()) || !h.GetLastCallbackTime().AsTime().Equal(want[signer]) {
				t.Errorf("%v", h)
			}
			for _, k := range h.GetVerifiedKeys() {
				if by := (callback.Signer{Bot: k.GetBot(), Fingerprint: k.GetFingerprint()}); !k.GetLastTime().AsTime().Equal(want[by]) {
					t.Errorf("%v", k)
				}
			}
		}
	})
}

// While integration is away the numbers stay, up to a bound; they arrive when it
// is back, and at the latest when the process ends.
func TestReportsComeInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tally, l := newTally()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- tally.Run(ctx) }()
		l.set(true)
		for range 5 {
			tally.Accepted("t", "c", signer)
			<-time.After(time.Hour)
		}
		l.set(false)
		<-time.After(3 * reportEvery) // one to report, one to forget, and not at the same instant as either
		synctest.Wait()
		if c, _, _ := l.sum(); c != 5 || len(l.hours) != 5 {
			t.Errorf("%d callbacks in %d hours", c, len(l.hours))
		}
		if n := tally.size.Load(); n > 4 {
			t.Errorf("%d hours are kept", n)
		}
		tally.Accepted("t", "c", signer)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if c, _, _ := l.sum(); c != 6 {
			t.Errorf("%d callbacks after the end", c)
		}
	})
}

// Two doors count beside each other; one is restarted within the hour, and the
// answers to its reports get lost: every callback is in the sum, and once.
func TestTwoDoorsAndARestartAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		beside, l := newTally()
		open := func() (*Tally, func()) {
			tally := New(l, zap.NewNop(), time.Now)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- tally.Run(ctx) }()
			return tally, func() {
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
		}
		want := int64(0)
		for life := range 3 {
			tally, end := open()
			for i := range 4 + life {
				l.mu.Lock()
				l.deaf = i%2 == 0
				l.mu.Unlock()
				tally.Accepted("t", "c", signer)
				tally.Unsigned("t", "c")
				beside.Accepted("t", "c", signer)
				want += 2
				<-time.After(2 * reportEvery)
			}
			end()
		}
		l.mu.Lock()
		l.deaf = false
		l.mu.Unlock()
		if err := beside.report(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c, f, _ := l.sum(); c != want || f != want/2 {
			t.Errorf("%d callbacks and %d failures, want %d and %d", c, f, want, want/2)
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	tally, l := newTally()
	l.away = true
	for i := range most + 1000 {
		tally.Accepted("t", string(rune(i)), signer)
	}
	if n := tally.size.Load(); n != most {
		t.Errorf("%d hours are kept", n)
	}
	l.away = false
	if err := tally.report(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l.reports < most/perReport {
		t.Errorf("%d reports", l.reports)
	}
}
