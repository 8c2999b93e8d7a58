// Package traffic counts what happens on each connection, by the hour, for the
// figures that administrators see.
//
// It knows counting without making anybody wait, and reporting totals that only
// grow. It refuses to know what the numbers mean; a crash loses the counts of a
// few seconds, which no punch depends on.
package traffic

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/callback"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

const (
	reportEvery  = 3 * time.Second
	reportBudget = 3 * time.Second
	// perReport is how many hours of connections one report may name.
	perReport = 1000
	// most is how many hours of connections are kept while nobody takes reports;
	// what comes beyond is not counted.
	most = 20_000
	// life is how long an hour stays that was reported: longer than any clock is
	// turned back, because an hour that is begun again would hide what was counted.
	life = 3 * time.Hour
)

// reporter is the one RPC that a tally needs.
type reporter interface {
	ReportTraffic(ctx context.Context, in *integrationv1.ReportTrafficRequest, opts ...grpc.CallOption) (*integrationv1.ReportTrafficResponse, error)
}

// Tally counts. Make it with New. Safe for concurrent use.
type Tally struct {
	integration reporter
	log         *zap.Logger
	now         func() time.Time
	id          string // of this process, as far as reports go
	hours       sync.Map
	size        atomic.Int64
}

// place is one connection in one hour, as Unix time.
type place struct {
	tenant, connection string
	hour               int64
}

// counts only grow. reported is what integration has confirmed, in sum.
type counts struct {
	callbacks, failures, unmatched atomic.Int64
	last, lastFailure              moment
	verified                       sync.Map // *moment of the last callback by callback.Signer; as many as keys signed
	reported                       atomic.Int64
}

// moment is the latest of several times, in Unix milliseconds; zero: none.
type moment struct{ at atomic.Int64 }

func (m *moment) pass(now time.Time) {
	for at, last := now.UnixMilli(), m.at.Load(); at > last && !m.at.CompareAndSwap(last, at); last = m.at.Load() {
	}
}

// stamp is nil for none.
func (m *moment) stamp() *timestamppb.Timestamp {
	if at := m.at.Load(); at > 0 {
		return timestamppb.New(time.UnixMilli(at))
	}
	return nil
}

func (c *counts) sum() int64 { return c.callbacks.Load() + c.failures.Load() + c.unmatched.Load() }

// New makes an empty tally.
func New(integration reporter, log *zap.Logger, now func() time.Time) *Tally {
	return &Tally{integration: integration, log: log, now: now, id: uuid.NewString()}
}

// Accepted counts a signed callback that was answered 200, and notes who signed it.
func (t *Tally) Accepted(tenant, connection string, by callback.Signer) {
	now := t.now()
	c := t.at(tenant, connection, now)
	if c == nil {
		return
	}
	c.last.pass(now)
	signed, known := c.verified.Load(by)
	if !known {
		signed, _ = c.verified.LoadOrStore(by, &moment{})
	}
	signed.(*moment).pass(now)
	c.callbacks.Add(1) // last: what is reported goes by the counts
}

// Unsigned counts a callback on a URL of ours whose signature or bot did not fit.
func (t *Tally) Unsigned(tenant, connection string) {
	now := t.now()
	if c := t.at(tenant, connection, now); c != nil {
		c.lastFailure.pass(now)
		c.failures.Add(1)
	}
}

// Judged counts a text that was no punch, in the hour in which that was found out.
func (t *Tally) Judged(row inbox.Row, v inbox.Verdict) {
	typed := row.Event.Kind == event.Text && row.Event.Postback == ""
	if !typed || v.Outcome != inbox.Ignored || (v.Reason != "NO_PHRASE" && v.Reason != "NO_TRIGGER") {
		return
	}
	if c := t.at(row.Tenant, row.Connection, t.now()); c != nil {
		c.unmatched.Add(1)
	}
}

// at is nil when there is no room.
func (t *Tally) at(tenant, connection string, now time.Time) *counts {
	key := place{tenant, connection, now.UTC().Truncate(time.Hour).Unix()}
	if known, ok := t.hours.Load(key); ok {
		return known.(*counts)
	}
	if t.size.Load() >= most {
		return nil
	}
	known, existed := t.hours.LoadOrStore(key, &counts{})
	if !existed {
		t.size.Add(1)
	}
	return known.(*counts)
}

// Run reports every few seconds, and once more when ctx ends.
func (t *Tally) Run(ctx context.Context) error {
	ticker := time.NewTicker(reportEvery)
	defer ticker.Stop()
	failed := false
	for {
		select {
		case <-ctx.Done():
			if err := t.report(context.WithoutCancel(ctx)); err != nil {
				t.log.Warn("the last figures are lost", zap.Error(err))
			}
			return nil
		case <-ticker.C:
		}
		err := t.report(ctx)
		if err != nil && !failed && ctx.Err() == nil {
			t.log.Warn("figures cannot be reported", zap.Error(err))
		}
		failed = err != nil
	}
}

// change is an hour with news.
type change struct {
	*counts
	sum  int64
	hour *integrationv1.TrafficHour
}

// report sends what has changed since the last report that arrived.
func (t *Tally) report(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reportBudget)
	defer cancel()
	for {
		changed := t.changed()
		if len(changed) == 0 {
			return nil
		}
		request := &integrationv1.ReportTrafficRequest{Reporter: t.id}
		for _, c := range changed {
			request.Hours = append(request.Hours, c.hour)
		}
		if _, err := t.integration.ReportTraffic(ctx, request); err != nil {
			return err
		}
		for _, c := range changed {
			c.reported.Store(c.sum)
		}
		if len(changed) < perReport {
			return nil
		}
	}
}

// changed lists hours with news, at most as many as a report takes, and forgets
// old ones without. The sum is read first: what is counted meanwhile is news again.
func (t *Tally) changed() (news []change) {
	old := t.now().Add(-life).Unix()
	t.hours.Range(func(key, value any) bool {
		at, c := key.(place), value.(*counts)
		sum := c.sum()
		switch {
		case sum != c.reported.Load():
			news = append(news, change{c, sum, hourOf(at, c)})
		case at.hour < old:
			t.hours.Delete(key)
			t.size.Add(-1)
		}
		return len(news) < perReport
	})
	return news
}

func hourOf(at place, c *counts) *integrationv1.TrafficHour {
	out := &integrationv1.TrafficHour{
		Tenant: at.tenant, Connection: at.connection, Hour: timestamppb.New(time.Unix(at.hour, 0)),
		Callbacks: c.callbacks.Load(), SignatureFailures: c.failures.Load(), UnmatchedTexts: c.unmatched.Load(),
		LastCallbackTime: c.last.stamp(), LastFailureTime: c.lastFailure.stamp(),
	}
	c.verified.Range(func(key, value any) bool {
		by := key.(callback.Signer)
		if last := value.(*moment).stamp(); last != nil { // it is made before its time is known
			out.VerifiedKeys = append(out.VerifiedKeys, &integrationv1.VerifiedKey{Bot: by.Bot, Fingerprint: by.Fingerprint, LastTime: last})
		}
		return true
	})
	return out
}
