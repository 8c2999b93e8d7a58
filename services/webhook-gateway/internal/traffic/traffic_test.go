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
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// ledger keeps the greatest numbers of each hour, as integration does.
type ledger struct {
	mu      sync.Mutex
	away    bool
	reports int
	hours   map[place]*integrationv1.TrafficHour
}

func (l *ledger) ReportTraffic(_ context.Context, in *integrationv1.ReportTrafficRequest, _ ...grpc.CallOption) (*integrationv1.ReportTrafficResponse, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reports++
	if l.away {
		return nil, errors.New("away")
	}
	for _, h := range in.GetHours() {
		l.hours[place{h.GetTenant(), h.GetConnection(), h.GetHour().GetSeconds()}] = h
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

func newTally() (*Tally, *ledger) {
	l := &ledger{hours: map[place]*integrationv1.TrafficHour{}}
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
			tally.Accepted("t", "c")
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
			tally.Accepted("t", "c")
			<-time.After(time.Hour)
		}
		l.set(false)
		<-time.After(2 * reportEvery)
		if c, _, _ := l.sum(); c != 5 || len(l.hours) != 5 {
			t.Errorf("%d callbacks in %d hours", c, len(l.hours))
		}
		if n := tally.size.Load(); n > 4 {
			t.Errorf("%d hours are kept", n)
		}
		tally.Accepted("t", "c")
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if c, _, _ := l.sum(); c != 6 {
			t.Errorf("%d callbacks after the end", c)
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	tally, l := newTally()
	l.away = true
	for i := range most + 1000 {
		tally.Accepted("t", string(rune(i)))
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
