package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/bench/load"
)

const (
	// answersRate is how many callbacks come each second, answersDelay how long LINE WORKS takes for a message.
	answersRate, answersDelay = 200, 100 * time.Millisecond
	// callsPerCompany is how many answers a minute a company asks for: two thirds of what LINE WORKS takes from its bot, so
	// that the product is measured and not the limit.
	callsPerCompany = 160
	// answersShare is which part of -minutes the part takes: a minute of ten.
	answersShare = 10
	// answersPatience is how long after the last callback answers are waited for.
	answersPatience = time.Minute
)

// answers measures how long it takes from a callback to the call that answers it, at a steady rate. Everybody punches
// twice, the second time half of the length later.
func answers(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error) {
	length := time.Duration(o.minutes / answersShare * float64(time.Minute))
	companies, people := crew(length)
	bots, err := s.openCompanies(ctx, companies, people)
	if err != nil {
		return nil, err
	}
	const slow = "answers"
	err = s.lineWorks.Play(simulator.Script{Name: slow, Class: simulator.ClassMessages, Steps: []simulator.Step{
		{Fault: simulator.Fault{DelayMillis: int(answersDelay.Milliseconds())}}}})
	if err != nil {
		return nil, err
	}
	defer s.lineWorks.StopScript(slow)
	p := s.openPlan(o, length, func(time.Duration) float64 { return answersRate })
	p.Bots, p.First = bots, 0
	found, err := s.answered(ctx, p)
	if err != nil {
		return nil, err
	}
	return found.told(out, companies, length), nil
}

// answered posts a plan and waits for its answers.
func (s *site) answered(ctx context.Context, p load.Plan) (found tally, err error) {
	lastCall := s.lastCall()
	before, err := s.processor()
	if err != nil {
		return found, err
	}
	got, err := load.Run(ctx, p)
	if err != nil {
		return found, err
	}
	found = s.awaitAnswers(ctx, asked(p, got), p.Bots, lastCall)
	after, err := s.processor()
	found.posted, found.used = got, after.since(before)
	return found, err
}

// told prints what came of the part and gives its figures.
func (t tally) told(out io.Writer, companies int, length time.Duration) map[string]any {
	cost := score{used: t.used, punches: int64(len(t.took))}
	fmt.Fprintf(out, "answers at %d/s for %s to %d companies: p50 %.1f ms, p99 %.1f ms; acknowledged p50 %.1f ms, p99 %.1f ms, %v; "+
		"alone %d, together %d, missing %d, unasked %d, refused calls %d; ms of processor for 1,000: %s\n",
		answersRate, length, companies, ms(t.quantile(0.5)), ms(t.quantile(0.99)), ms(t.posted.Quantile(0.5)), ms(t.posted.Quantile(0.99)), t.posted.Status,
		t.alone, t.together, t.missing(), t.unasked, t.refused, cost.perThousand())
	used := map[string]float64{}
	for program := range t.used {
		used[program] = rounded(cost.cost(program))
	}
	return map[string]any{
		"answersRate": answersRate, "answersCompanies": companies, "answersStatus": t.posted.Status, "answersProcessorMsPer1000": used,
		"answersP50Ms": rounded(ms(t.quantile(0.5))), "answersP99Ms": rounded(ms(t.quantile(0.99))), "answersMaxMs": rounded(ms(t.quantile(1))),
		"answersAlone": t.alone, "answersTogether": t.together, "answersMissing": t.missing(),
		"answersUnasked": t.unasked, "answersRefusedCalls": t.refused,
	}
}

// crew is how many companies the rate asks for, and how many people of each punch twice.
func crew(length time.Duration) (companies, people int) {
	companies = answersRate*60/callsPerCompany + 1
	events := answersRate * length.Seconds() / float64(companies)
	return companies, max(int(events/2)+1, 1)
}

// awaitAnswers waits until the stand-in was called for every question, or for as long as we are patient.
func (s *site) awaitAnswers(ctx context.Context, questions map[string][]time.Time, bots []load.Bot, after int64) tally {
	ctx, cancel := context.WithTimeout(ctx, answersPatience)
	defer cancel()
	for {
		found := tallied(questions, callsTo(bots, s.lineWorks.Ledger(simulator.Query{Class: simulator.ClassMessages, After: after})), time.Now())
		if found.missing() == 0 {
			return found
		}
		select {
		case <-ctx.Done():
			return found
		case <-time.After(time.Second):
		}
	}
}

// lastCall is the newest entry of the stand-in's ledger.
func (s *site) lastCall() (id int64) {
	for _, entry := range s.lineWorks.Ledger(simulator.Query{}) {
		id = entry.ID
	}
	return id
}
