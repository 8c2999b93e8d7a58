package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/bench/load"
)

var nine = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func after(seconds ...int) (times []time.Time) {
	for _, s := range seconds {
		times = append(times, nine.Add(time.Duration(s)*time.Second))
	}
	return times
}

func sent(user string, second, answers int, refused bool) messageCall {
	return messageCall{user: user, at: after(second)[0], answers: answers, refused: refused}
}

// A question is answered by the next answer to its person that is left, alone or with others; what is refused answers
// nothing, and who has no answer has waited until now.
func TestEveryQuestionHasOneAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		questions map[string][]time.Time
		calls     []messageCall
		want      string // alone, together, missing, unasked, refused; the longest
	}{
		"each its own":      {map[string][]time.Time{"a": after(0, 10), "b": after(1)}, []messageCall{sent("a", 2, 1, false), sent("b", 3, 1, false), sent("a", 14, 1, false)}, "3 0 0 0 0 4s"},
		"in another order":  {map[string][]time.Time{"a": after(0, 10)}, []messageCall{sent("a", 14, 1, false), sent("a", 2, 1, false)}, "2 0 0 0 0 4s"},
		"two at once":       {map[string][]time.Time{"a": after(0, 10)}, []messageCall{sent("a", 14, 2, false)}, "0 2 0 0 0 14s"},
		"one more at once":  {map[string][]time.Time{"a": after(0)}, []messageCall{sent("a", 1, 2, false)}, "0 1 0 1 0 1s"},
		"none":              {map[string][]time.Time{"a": after(0, 10)}, []messageCall{sent("a", 2, 1, false)}, "1 0 1 0 0 20s"},
		"nobody asked":      {map[string][]time.Time{"a": after(0)}, []messageCall{sent("a", 2, 1, false), sent("a", 3, 1, false), sent("b", 3, 1, false)}, "1 0 0 2 0 2s"},
		"refused, then not": {map[string][]time.Time{"a": after(0)}, []messageCall{sent("a", 2, 1, true), sent("a", 5, 1, false)}, "1 0 0 0 1 5s"},
		"nothing said":      {map[string][]time.Time{"a": after(0)}, []messageCall{sent("a", 2, 0, false)}, "0 0 1 0 0 30s"},
	} {
		got := tallied(c.questions, c.calls, after(30)[0])
		if told := fmt.Sprint(got.alone, got.together, got.missing(), got.unasked, got.refused, " ", got.quantile(1)); told != c.want {
			t.Errorf("%s: %s, want %s", name, told, c.want)
		}
	}
}

// A call came when the stand-in began to read it, not when it had answered; answers that go together stand line by line.
func TestCallsAreReadOffTheLedger(t *testing.T) {
	entry := func(bot, path, text string, status int) simulator.Entry {
		return simulator.Entry{Bot: bot, Path: "/v1.0/bots/" + bot + path, Status: status, Time: after(5)[0], Took: time.Second,
			Body: `{"content":{"type":"text","text":"` + text + `"}}`}
	}
	got := callsTo([]load.Bot{{ID: "7"}, {ID: "8"}}, []simulator.Entry{
		entry("7", "/users/a/messages", "出勤 09:00 を記録しました。", http.StatusCreated),
		entry("8", "/users/b/messages", "出勤 9:00 を記録しました。\\n退勤 18:00 を記録しました。", http.StatusTooManyRequests),
		entry("8", "/users/b/messages", "お知らせが遅れました。\\n11月24日 9:00 出勤を記録しました。", http.StatusCreated),
		entry("8", "/channels/r/messages", "出勤 9:00 を記録しました。", http.StatusCreated),
		entry("9", "/users/c/messages", "出勤 9:00 を記録しました。", http.StatusCreated),
	})
	want := []messageCall{sent("a", 4, 1, false), sent("b", 4, 2, true), sent("b", 4, 1, false)}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

// A question begins when it was due, so a door that takes long makes the answer no faster; only what was answered 200 is
// a question.
func TestQuestionsBeginWhenTheyAreDue(t *testing.T) {
	p := load.Plan{Bots: []load.Bot{{Users: []string{"a", "b"}}, {Users: []string{"c", "d"}}}}
	got := asked(p, load.Result{Began: nine, Next: 6, Answers: []load.Answer{
		{Number: 4, At: 9 * time.Second, Took: time.Second}, {Number: 0, At: 10 * time.Second, Took: 9 * time.Second}, {Number: 3, At: 2 * time.Second, Took: time.Second},
	}})
	if fmt.Sprint(got) != fmt.Sprint(map[string][]time.Time{"a": after(1, 8), "d": after(1)}) {
		t.Error(got)
	}
}

// The companies' limit lets every answer through, and everybody has two turns.
func TestACrewForTheRate(t *testing.T) {
	for _, length := range []time.Duration{time.Second, time.Minute, 10 * time.Minute} {
		companies, people := crew(length)
		turns := answersRate * length.Seconds() / float64(companies*people)
		if perMinute := float64(answersRate) * 60 / float64(companies); companies < 60 || perMinute > callsPerCompany || turns > 2 {
			t.Errorf("%s: %d companies, %d people of each: %.1f calls a minute, %.2f turns", length, companies, people, perMinute, turns)
		}
	}
}

func TestQuantilesOfAnswers(t *testing.T) {
	got := tally{took: []time.Duration{3, 1, 2, 4}}
	if got.quantile(0.5) != 3 || got.quantile(0.99) != 4 || got.quantile(0) != 1 || (tally{}).quantile(0.5) != 0 {
		t.Error(got.quantile(0.5), got.quantile(0.99), got.quantile(0))
	}
}
