package recorder

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	window      = 600 // deliveries that wait at a time; one of them at random goes next
	callTimeout = 10 * time.Second
	mostCopies  = 10
	mostTimes   = 4 // how many times the events of the plan are sent at most
)

// Plan says what is sent.
type Plan struct {
	Lines   []*Line
	Doors   []string // base URLs
	Journal *Journal
	Seed    uint64
	Events  int     // how many events at least
	Least   int     // how many deliveries at least
	Senders int     // how many deliveries are under way at once
	Rate    float64 // deliveries a second at most; 0: as many as are answered
	Speak   int     // every how many events one goes to a line that answers
	Copies  int     // how often an event is delivered at most; 0: ten times
	// Over tells that no more are needed than Events; until then sending goes on. Nil: at once.
	Over func() bool
	// Withdrawn tells that the URLs of lines that leave are withdrawn. Nil: never.
	Withdrawn func() bool
}

// Figures are counted while sending.
type Figures struct {
	Sent, Deliveries, OK, Refused, Unknown atomic.Int64 // Sent counts events
	slowest                                atomic.Int64 // of answers that were 200, in ns
}

// Slowest is the longest time that an answer 200 took.
func (f *Figures) Slowest() time.Duration { return time.Duration(f.slowest.Load()) }

// Sender delivers the events of a plan, each one to ten times, through all doors and
// URLs, in no order.
type Sender struct {
	Plan
	Figures

	client  *http.Client
	attempt atomic.Int64
	start   time.Time
}

// delivery is one copy that waits.
type delivery struct {
	written
	way, door, path int
}

// NewSender makes a sender; Run works the plan off.
func NewSender(p Plan) *Sender {
	transport := &http.Transport{MaxIdleConnsPerHost: p.Senders, MaxConnsPerHost: 2 * p.Senders}
	return &Sender{Plan: p, client: &http.Client{Transport: transport, Timeout: callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Run sends until the plan is done. The error is about the journal: without one
// nothing may be sent.
func (s *Sender) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.start = time.Now()
	queue := make(chan delivery)
	var senders sync.WaitGroup
	for range s.Senders {
		senders.Go(func() {
			for d := range queue {
				if err := s.deliver(ctx, d); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := s.feed(ctx, queue)
	close(queue)
	senders.Wait()
	s.client.CloseIdleConnections()
	return err
}

// feed hands out deliveries, one at random of those that wait.
func (s *Sender) feed(ctx context.Context, queue chan<- delivery) error {
	dice := rand.New(rand.NewPCG(s.Seed, 1))
	all := s.script(dice)
	var waiting []delivery
	for events, sent := 0, 0; s.more(events, sent+len(waiting)) || len(waiting) > 0; sent++ {
		for ; len(waiting) < window && s.more(events, sent+len(waiting)); events++ {
			copies, err := s.copies(all, dice)
			if err != nil {
				return err
			}
			waiting = append(waiting, copies...)
		}
		at := dice.IntN(len(waiting))
		if s.Rate > 0 {
			due := s.start.Add(time.Duration(float64(sent) / s.Rate * float64(time.Second)))
			if wait := time.Until(due); wait > 0 {
				<-time.After(wait)
			}
		}
		select {
		case queue <- waiting[at]:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		waiting[at] = waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
	}
	return nil
}

// more tells whether another event is sent after so many events and deliveries. There
// is an end to it: the times of events must not come to lie ahead.
func (s *Sender) more(events, deliveries int) bool {
	if events < s.Events {
		return true
	}
	return events < mostTimes*s.Events && (deliveries < s.Least || s.Over != nil && !s.Over())
}

func (s *Sender) script(dice *rand.Rand) *script {
	made := &script{dice: dice, gone: s.Withdrawn, speak: max(s.Speak, 1), base: time.Now().Add(-time.Hour - mostTimes*time.Duration(s.Events)*step)}
	for _, line := range s.Lines {
		switch {
		case line.Leaving:
			made.left = append(made.left, line)
		case line.Speaks:
			made.loud = append(made.loud, line)
		default:
			made.lines = append(made.lines, line)
		}
	}
	return made
}

// copies notes the next event and makes its deliveries; both URLs and all doors take part.
func (s *Sender) copies(all *script, dice *rand.Rand) ([]delivery, error) {
	w := all.next()
	if err := s.Journal.Write(Entry{Event: &w.Event}); err != nil {
		return nil, err
	}
	s.Sent.Add(1)
	list := make([]delivery, 1+dice.IntN(cmp.Or(s.Copies, mostCopies)))
	for n := range list {
		list[n] = delivery{written: w, way: dice.IntN(4), door: dice.IntN(len(s.Doors)), path: dice.IntN(len(w.line.Paths))}
	}
	return list, nil
}

// deliver sends one copy: noted, sent, noted.
func (s *Sender) deliver(ctx context.Context, d delivery) error {
	a := Attempt{ID: s.attempt.Add(1), Event: d.ID, Door: d.door, Path: d.path, At: time.Now()}
	if err := s.Journal.Write(Entry{Attempt: &a}); err != nil {
		return err
	}
	r := Result{Attempt: a.ID, Result: Unknown}
	r.Status, r.Result = s.post(ctx, d)
	r.At = time.Now()
	s.Deliveries.Add(1)
	switch r.Result {
	case OK:
		s.OK.Add(1)
		for took := int64(r.At.Sub(a.At)); ; {
			old := s.slowest.Load()
			if took <= old || s.slowest.CompareAndSwap(old, took) {
				break
			}
		}
	case Refusal:
		s.Refused.Add(1)
	default:
		s.Unknown.Add(1)
	}
	return s.Journal.Write(Entry{Result: &r})
}

// post makes one request and reads the answer to its end.
func (s *Sender) post(ctx context.Context, d delivery) (status int, result string) {
	body := d.body(d.way)
	request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodPost, s.Doors[d.door]+d.line.Paths[d.path], bytes.NewReader(body))
	if err != nil {
		return 0, Unknown
	}
	request.GetBody = nil // a connection that breaks must not make the client send again
	request.Header = d.headers(body)
	response, err := s.client.Do(request)
	if err != nil {
		return 0, Unknown
	}
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	switch err = errors.Join(err, response.Body.Close()); {
	case err != nil:
		return response.StatusCode, Unknown
	case response.StatusCode == http.StatusOK:
		return response.StatusCode, OK
	}
	return response.StatusCode, Refusal
}
