package faultlab

import (
	"maps"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/system/faultlab/checker"
	"github.com/dakoku/dakoku/system/faultlab/controls"
	"github.com/dakoku/dakoku/system/faultlab/nemesis"
)

// did is what a run of the tier comes to that does exactly what is asked for.
func did(tier Tier) Report {
	return Report{Events: int64(tier.Events), Deliveries: int64(tier.Least), Prompt: tier.Prompt, byKind: maps.Clone(tier.Faults)}
}

// A run that did less than its tier asks for is not clean, whatever it found.
func TestATierIsJudgedByItsOwnNumbers(t *testing.T) {
	tier, err := Tiers("nightly")
	if err != nil {
		t.Fatal(err)
	}
	for want, less := range map[string]func(*Report){
		"":                              func(*Report) {},
		"kills 149 of 150":              func(r *Report) { r.byKind[nemesis.Kill]-- },
		"databaseCrashes 24 of 25":      func(r *Report) { r.byKind[nemesis.Crash]-- },
		"failovers 4 of 5":              func(r *Report) { r.byKind[nemesis.Failover]-- },
		"events 199999 of 200000":       func(r *Report) { r.Events-- },
		"deliveries 1098867 of 1100000": func(r *Report) { r.Deliveries = 1_098_867 },
		"0.99899 answered 200 within 1.5 s, of 0.99900": func(r *Report) { r.Prompt = 0.99899 },
	} {
		r := did(tier)
		less(&r)
		r.fallsShort(tier.missed(r)...)
		if got := strings.Join(r.missed, "; "); got != want || r.Clean() != (want == "") {
			t.Errorf("missed %q, clean %v; want %q", got, r.Clean(), want)
		}
	}
}

// Every check but those with a number of their own is counted with the others.
func TestEveryCheckCounts(t *testing.T) {
	for _, name := range append(checker.Names(), "logs") {
		var r Report
		r.judged([]checker.Check{{Name: name, Count: 1}})
		if r.Clean() {
			t.Errorf("a finding of %s is clean", name)
		}
	}
}

// Negative controls that were to be tried and were not all caught are missed.
func TestControlsThatWereNotTriedAreMissed(t *testing.T) {
	var whole Proof
	for _, c := range controls.All() {
		whole.count(c, true)
	}
	fewer, less := whole, whole
	fewer.Of, fewer.Caught = fewer.Of-1, fewer.Caught-1
	less.FurtherCaught--
	for p, clean := range map[Proof]bool{{}: false, fewer: false, less: false, whole: true} {
		var r Report
		r.proven(p)
		if r.Clean() != clean {
			t.Errorf("%s, %s: clean %v", r.NegativeControls, r.FurtherControls, r.Clean())
		}
	}
}
