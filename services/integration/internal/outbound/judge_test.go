package outbound

import (
	"errors"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func failure(class lineworks.Class) error {
	return &lineworks.Failure{Class: class, Code: "CODE", Reset: 17 * time.Second}
}

func TestJudge(t *testing.T) {
	refused := Message{RefusedAt: noon.Add(-time.Hour)}
	refusedAlone, others := refused, refused
	others.Others = true
	for name, c := range map[string]struct {
		m    Message
		err  error
		want Verdict
	}{
		"sent":              {Message{Failures: 3}, nil, Verdict{State: Sent, Mend: true}},
		"permanent":         {Message{}, failure(lineworks.Permanent), Verdict{State: Failed, Reason: "CODE"}},
		"gone":              {Message{}, failure(lineworks.NotFound), Verdict{State: Failed, Reason: "CODE"}},
		"401":               {Message{}, failure(lineworks.Unauthorized), Verdict{State: Queued, Reason: "CODE", Due: noon, Close: parked, Break: "CODE"}},
		"429":               {Message{}, failure(lineworks.RateLimited), Verdict{State: Queued, Reason: "CODE", Due: noon, Close: 17 * time.Second}},
		"5xx first":         {Message{}, failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Due: noon, Close: 500 * time.Millisecond}},
		"5xx fourth":        {Message{Failures: 3}, failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Due: noon, Close: 4 * time.Second}},
		"5xx hundredth":     {Message{Failures: 99}, failure(lineworks.Temporary), Verdict{State: Queued, Reason: "CODE", Due: noon, Close: 30 * time.Second}},
		"any other error":   {Message{}, errors.New("x"), Verdict{State: Queued, Reason: "INTERNAL", Due: noon, Close: 500 * time.Millisecond}},
		"silent once":       {Message{}, failure(lineworks.Ambiguous), Verdict{State: Queued, Reason: "CODE", Due: noon, Ambiguous: true, Close: 500 * time.Millisecond}},
		"silent twice":      {Message{Ambiguous: 1}, failure(lineworks.Ambiguous), Verdict{State: Failed, Reason: "AMBIGUOUS", Due: noon, Ambiguous: true, Close: 500 * time.Millisecond}},
		"403":               {Message{}, failure(lineworks.Forbidden), Verdict{State: Queued, Reason: "CODE", Due: noon.Add(parked), Close: parked, Refused: true}},
		"403 for everybody": {refusedAlone, failure(lineworks.Forbidden), Verdict{State: Queued, Reason: "CODE", Due: noon.Add(parked), Close: parked, Refused: true}},
		"403 for this one":  {others, failure(lineworks.Forbidden), Verdict{State: Failed, Reason: "CODE"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := judge(c.m, c.err, noon, 0.5); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestWaitsAreBounded(t *testing.T) {
	for failures := range 100 {
		for _, spread := range []float64{0, 0.5, 0.999} {
			if got := wait(failures, spread); got < minWait || got > maxWait {
				t.Fatalf("wait(%d, %v) = %v", failures, spread, got)
			}
		}
	}
}

func TestAbandoned(t *testing.T) {
	alive := Message{Expires: noon.Add(time.Second), Ambiguous: 1}
	if _, done := abandoned(alive, noon); done {
		t.Error("a message was given up after one unknown attempt")
	}
	dead := alive
	dead.Ambiguous = 2
	if v, done := abandoned(dead, noon); !done || v != (Verdict{State: Failed, Reason: "AMBIGUOUS"}) {
		t.Errorf("%+v", v)
	}
	if v, done := abandoned(alive, alive.Expires); !done || v.State != Expired {
		t.Errorf("%+v", v)
	}
}

// No minute sees more calls than the rate, however the calls are spread.
func TestBucketKeepsTheRate(t *testing.T) {
	const rate = 240
	b := newBuckets(rate)
	lane, now := Lane{"t", "c"}, noon
	var calls []time.Time
	for range 2000 {
		now = now.Add(b.reserve(lane, now))
		calls = append(calls, now)
	}
	for i := rate; i < len(calls); i++ {
		if calls[i].Sub(calls[i-rate]) < time.Minute-time.Millisecond {
			t.Fatalf("%d calls in %v", rate+1, calls[i].Sub(calls[i-rate]))
		}
	}
	if took := calls[len(calls)-1].Sub(noon); took > 10*time.Minute {
		t.Errorf("2000 calls took %v: far below the rate", took)
	}
	if wait := b.reserve(Lane{"t", "other"}, now); wait != 0 {
		t.Errorf("another connection waits %v", wait)
	}
}
