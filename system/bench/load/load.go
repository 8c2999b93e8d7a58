// Package load posts signed callbacks of API 2.0 to one host and measures the answers.
//
// It knows HTTP/1.1 on the wire, by hand so that it takes little processor time from what it measures, and the clock. It
// refuses to know who answers, and shares no code with the product: the signature is its own.
package load

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Bot is a bot whose callbacks are posted.
type Bot struct {
	URL    string   // of the callback, with http
	Secret string   // signs every body
	ID     string   // of the bot
	Domain int64    // domainId of the senders
	Users  []string // userIds, in turn
}

// Plan says what to post.
type Plan struct {
	Bots   []Bot         // in turn; all of one host
	Texts  []string      // in turn, another one once every user of the bot has had a turn
	Conns  int           // connections; each has one request under way at most
	Length time.Duration // how long new requests are begun
	// Rate is how many requests are begun each second after the start, whatever
	// the answers; nil is a closed loop: the next one after the answer.
	Rate func(since time.Duration) float64
	// First is the number of the first request: a later plan goes on where an
	// earlier one ended, so that no two events are alike.
	First int64
}

// Result is what came of a plan.
type Result struct {
	Began   time.Time
	Took    time.Duration    // until the last answer
	OK      int64            // answered 200
	Status  map[string]int64 // answers by status; "error" is a broken connection
	First   int64            // the number of the first request
	Next    int64            // the number after the last one
	Answers []Answer         // of status 200, by time
}

// Answer is one 200: of which request, when it came, after the start, and after how long. In an open loop the waiting
// begins when the request was due, so that a stall is not left out.
type Answer struct {
	Number   int64
	At, Took time.Duration
}

// Turn says which bot and which of its users the request of a number is of, and how many turns that user has had before.
func (p Plan) Turn(number int64) (bot, user int, before int64) {
	bots := int64(len(p.Bots))
	bot = int(number % bots)
	users := int64(len(p.Bots[bot].Users))
	return bot, int(number / bots % users), number / bots / users
}

// Quantile is the latency below which a share of the answers lies; 0 without answers.
func (r Result) Quantile(share float64) time.Duration {
	if len(r.Answers) == 0 {
		return 0
	}
	took := make([]time.Duration, len(r.Answers))
	for i, a := range r.Answers {
		took[i] = a.Took
	}
	slices.Sort(took)
	return took[min(int(share*float64(len(took))), len(took)-1)]
}

// Run posts until the plan's length is over or ctx ends, and waits for the answers.
func Run(ctx context.Context, p Plan) (Result, error) {
	run := &run{plan: p, paths: make([]string, len(p.Bots)), began: time.Now()}
	for i, bot := range p.Bots {
		target, err := url.Parse(bot.URL)
		if err != nil {
			return Result{}, err
		}
		run.host, run.paths[i] = target.Host, target.RequestURI()
	}
	run.next.Store(p.First)
	if p.Rate != nil {
		run.due = make(chan time.Time, 1<<20)
		go run.schedule(ctx)
	}
	var all sync.WaitGroup
	workers := make([]*worker, p.Conns)
	for i := range workers {
		workers[i] = newWorker(run)
		all.Go(func() { workers[i].work(ctx) })
	}
	all.Wait()
	return run.result(workers), nil
}

// run is a plan under way.
type run struct {
	plan  Plan
	host  string
	paths []string // of the bots' callbacks
	began time.Time
	next  atomic.Int64
	due   chan time.Time // of an open loop
}

// schedule says when requests are due. It is a millisecond at most behind the rate.
func (r *run) schedule(ctx context.Context) {
	defer close(r.due)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	owed, last := 0.0, time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		since := time.Since(r.began)
		if since > r.plan.Length {
			return
		}
		owed += r.plan.Rate(since) * (since - last).Seconds()
		for ; owed >= 1; owed-- {
			r.due <- r.began.Add(since)
		}
		last = since
	}
}

// begin tells when the next request is due; false when there is none.
func (r *run) begin(ctx context.Context) (time.Time, bool) {
	if r.due != nil {
		at, more := <-r.due
		return at, more
	}
	now := time.Now()
	return now, ctx.Err() == nil && now.Sub(r.began) < r.plan.Length
}

func (r *run) result(workers []*worker) Result {
	out := Result{Began: r.began, Took: time.Since(r.began), Status: map[string]int64{}, First: r.plan.First, Next: r.next.Load()}
	for _, w := range workers {
		out.Answers = append(out.Answers, w.answers...)
		for status, n := range w.status {
			out.Status[status] += n
		}
	}
	out.OK = out.Status["200"]
	slices.SortFunc(out.Answers, func(a, b Answer) int { return int(a.At - b.At) })
	return out
}
