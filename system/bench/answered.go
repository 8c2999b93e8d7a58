package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/bench/load"
)

// messageCall is a call of the product that sends somebody a message.
type messageCall struct {
	user    string
	at      time.Time // when it came
	refused bool      // nobody reads it
	answers int       // how many answers stand in it
}

// tally is what came of the questions.
type tally struct {
	took            []time.Duration // of each question to the call that answers it; of one without, until now
	alone, together int             // questions answered by a call of their own, and by one with others
	unasked         int             // answers to nothing
	refused         int             // calls that the stand-in refused
	posted          load.Result
	used            spent // the processors' time
}

func (t tally) missing() int { return len(t.took) - t.alone - t.together }

// quantile is the time below which a share of the questions was answered; 0 without questions.
func (t tally) quantile(share float64) time.Duration {
	if len(t.took) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(t.took))[min(int(share*float64(len(t.took))), len(t.took)-1)]
}

// asked is when each person's callbacks that were answered 200 were due, in order.
func asked(p load.Plan, got load.Result) map[string][]time.Time {
	questions := map[string][]time.Time{}
	for _, a := range got.Answers {
		bot, user, _ := p.Turn(a.Number)
		id := p.Bots[bot].Users[user]
		questions[id] = append(questions[id], got.Began.Add(a.At-a.Took))
	}
	for _, times := range questions {
		slices.SortFunc(times, time.Time.Compare)
	}
	return questions
}

// tallied gives each person's questions the answers to that person, in the order of both: the product keeps it.
func tallied(questions map[string][]time.Time, calls []messageCall, now time.Time) (t tally) {
	calls = slices.SortedFunc(slices.Values(calls), func(a, b messageCall) int { return a.at.Compare(b.at) })
	next := map[string]int{}
	for _, c := range calls {
		if c.refused {
			t.refused++
			continue
		}
		for range c.answers {
			open := questions[c.user][next[c.user]:]
			switch {
			case len(open) == 0:
				t.unasked++
				continue
			case c.answers == 1:
				t.alone++
			default:
				t.together++
			}
			t.took = append(t.took, c.at.Sub(open[0]))
			next[c.user]++
		}
	}
	for user, times := range questions {
		for _, at := range times[next[user]:] {
			t.took = append(t.took, now.Sub(at))
		}
	}
	return t
}

// timeOfDay stands in each answer to a punch, but not in the heading of a digest.
var timeOfDay = regexp.MustCompile(`[0-9]:[0-9]{2}`)

// callsTo reads the ledger's calls by which the bots send messages to people. Answers of one message stand line by line.
func callsTo(bots []load.Bot, entries []simulator.Entry) (calls []messageCall) {
	ours := map[string]bool{}
	for _, bot := range bots {
		ours[bot.ID] = true
	}
	for _, e := range entries {
		_, rest, toPerson := strings.Cut(e.Path, "/users/")
		if !toPerson || !ours[e.Bot] {
			continue
		}
		c := messageCall{user: strings.TrimSuffix(rest, "/messages"), at: e.Time.Add(-e.Took), refused: e.Status != http.StatusCreated}
		var sent struct{ Content struct{ Text string } }
		if json.Unmarshal([]byte(e.Body), &sent) == nil {
			for line := range strings.Lines(sent.Content.Text) {
				if timeOfDay.MatchString(line) {
					c.answers++
				}
			}
		}
		calls = append(calls, c)
	}
	return calls
}
