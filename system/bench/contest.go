package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/dakoku/dakoku/system/bench/load"
)

// score is what one contestant reached in one round.
type score struct {
	perSecond float64
	p50, p99  float64 // of the acknowledgements, ms; none for the yardstick
	accepted  float64 // acknowledged a second, before the last was durable
	punches   int64
	refused   int64 // answered otherwise, or not at all
	used      spent
	tool      string
}

// contest measures the three beside each other, in rounds that begin with another one each time.
func contest(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error) {
	contestants := []string{"yardstick", "peer", "dakoku"}
	if o.only != "" {
		contestants = []string{o.only}
	}
	if err := s.warm(ctx, o); err != nil {
		return nil, err
	}
	scores := map[string][]score{}
	for round := range o.rounds {
		for i := range contestants {
			name := contestants[(round+i)%len(contestants)]
			if o.profile != "" && name == "dakoku" && round == 1 {
				s.profileAll(ctx, o)
			}
			one, err := s.measured(ctx, name, o)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			scores[name] = append(scores[name], one)
			fmt.Fprintf(out, "round %d  %-9s  %8.0f/s  p50 %6.1f ms  p99 %6.1f ms  refused %d  ms of processor for 1,000: %s\n",
				round+1, name, one.perSecond, one.p50, one.p99, one.refused, one.perThousand())
		}
	}
	if o.count {
		if err := s.tellStatements(ctx, out); err != nil {
			return nil, err
		}
	}
	if o.only != "" {
		return nil, nil
	}
	return figures(scores), nil
}

// warm lets both programs run once and gives the planner the statistics that the server's own upkeep gathers within its
// first minutes: what is measured is a database in use.
func (s *site) warm(ctx context.Context, o options) error {
	for _, run := range []func(context.Context, options) (score, error){s.runPeer, s.runDakoku} {
		if _, err := run(ctx, o); err != nil {
			return err
		}
	}
	if err := s.rest(ctx); err != nil {
		return err
	}
	if _, err := s.sql.Exec(ctx, `analyze`); err != nil || !o.count {
		return err
	}
	return s.countStatements(ctx)
}

// measured lets one contestant run while the others rest, and adds what the processors did for it.
func (s *site) measured(ctx context.Context, name string, o options) (score, error) {
	before, err := s.processor()
	if err != nil {
		return score{}, err
	}
	run := map[string]func(context.Context, options) (score, error){
		"yardstick": s.runYardstick, "peer": s.runPeer, "dakoku": s.runDakoku,
	}[name]
	one, err := run(ctx, o)
	if err != nil {
		return one, err
	}
	if err := s.rest(ctx); err != nil {
		return one, err
	}
	after, err := s.processor()
	one.used = after.since(before)
	return one, err
}

func (s *site) runYardstick(ctx context.Context, o options) (score, error) {
	perSecond, tool, err := s.yardstick(ctx, o)
	return score{perSecond: perSecond, punches: int64(perSecond * o.length.Seconds()), tool: tool}, err
}

// runPeer counts what was answered: the row is committed by then.
func (s *site) runPeer(ctx context.Context, o options) (score, error) {
	p := s.closedLoop(o)
	p.Bots[0].URL, p.Bots[0].Secret, p.First = s.peerURL, s.peerKey, s.nextPeer
	got, err := load.Run(ctx, p)
	if err != nil {
		return score{}, err
	}
	s.nextPeer = got.Next
	return scoreOf(got, got.Took)
}

// runDakoku counts until the last punch is recorded and its answer queued, not until it was answered 200; and counts the
// rows, so that no 200 is believed.
func (s *site) runDakoku(ctx context.Context, o options) (score, error) {
	before, err := s.rows(ctx)
	if err != nil {
		return score{}, err
	}
	p := s.closedLoop(o)
	p.First = s.next
	got, err := load.Run(ctx, p)
	if err != nil {
		return score{}, err
	}
	s.next = got.Next
	if err := s.settled(ctx); err != nil {
		return score{}, err
	}
	took := time.Since(got.Began)
	after, err := s.rows(ctx)
	if err != nil {
		return score{}, err
	}
	// What was refused for want of time may be stored all the same.
	posted, punches, replies := got.Next-p.First, after.punches-before.punches, after.replies-before.replies
	if punches < got.OK || punches > posted || replies != punches {
		return score{}, fmt.Errorf("%d callbacks posted, %d accepted; %d punches and %d answers stored", posted, got.OK, punches, replies)
	}
	return scoreOf(got, took)
}

// rowCount is how many punches and answers are stored.
type rowCount struct{ punches, replies int64 }

func (s *site) rows(ctx context.Context) (n rowCount, err error) {
	err = s.sql.QueryRow(ctx, `select (select count(*) from attendance.punches), (select count(*) from integration.outbound_message)`).Scan(&n.punches, &n.replies)
	return n, err
}

func (s *site) closedLoop(o options) load.Plan {
	return load.Plan{
		Bots:  []load.Bot{{URL: s.callback, Secret: s.world.Bot.BotSecret, ID: s.world.Bot.BotID, Domain: s.world.Domain, Users: s.people}},
		Texts: []string{"出勤", "退勤"}, Conns: o.conns, Length: o.length,
	}
}

func scoreOf(got load.Result, took time.Duration) (score, error) {
	if got.OK == 0 {
		return score{}, fmt.Errorf("answers by status: %v", got.Status)
	}
	return score{
		refused:   got.Next - got.First - got.OK,
		perSecond: float64(got.OK) / took.Seconds(), accepted: float64(got.OK) / got.Took.Seconds(), punches: got.OK,
		p50: ms(got.Quantile(0.5)), p99: ms(got.Quantile(0.99)),
	}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
