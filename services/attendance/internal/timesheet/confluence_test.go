package timesheet

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// month makes a month of punches as people make them: days off, night shifts, several shifts, breaks and outings,
// forgotten and repeated punches, double taps, equal instants, voids, punches entered by hand, 取消 soon after a punch or
// not, and rules that change on the way.
func month(r *rand.Rand, company timeclock.Rules) []timeclock.Punch {
	var set []timeclock.Punch
	add := func(kind timeclock.Kind, at time.Time) {
		if r.IntN(12) == 0 {
			return // forgotten
		}
		again := 1 + max(0, r.IntN(8)-5)
		for range again {
			set = append(set, timeclock.Punch{
				Key: fmt.Sprintf("%08x", r.Uint32()), Kind: kind, Issued: at, Rules: company, Voided: r.IntN(15) == 0, Hand: r.IntN(20) == 0,
			})
			for range max(0, r.IntN(12)-9) {
				set = append(set, timeclock.Punch{
					Key: fmt.Sprintf("%08x", r.Uint32()), Kind: timeclock.Undo, Rules: company, Voided: r.IntN(15) == 0,
					Issued: at.Add(time.Duration(r.IntN(90_000)) * time.Millisecond),
				})
			}
			at = at.Add(time.Duration(r.IntN(120_000)) * time.Millisecond)
		}
	}
	for day := range 30 {
		if r.IntN(7) == 0 {
			continue
		}
		if r.IntN(15) == 0 {
			company.Cutoff = time.Duration(r.IntN(10)) * time.Hour
			company.Repeats = []timeclock.Repeats{timeclock.FirstInLastOut, timeclock.ErrorOnRepeat}[r.IntN(2)]
			company.DoubleTap = time.Duration(r.IntN(120)) * time.Second
		}
		at := time.Date(2026, 11, 1+day, r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000)*1e6, company.Zone).UTC()
		for range 1 + r.IntN(2) {
			for _, kind := range timeclock.Kinds() {
				add(kind, at)
				at = at.Add(time.Duration(r.IntN(5*3600)) * time.Second)
			}
		}
	}
	return set
}

// delivered is the set as it arrives: in any order, cut into batches, some of them delivered again.
func delivered(r *rand.Rand, set []timeclock.Punch) []timeclock.Punch {
	arrival := slices.Clone(set)
	r.Shuffle(len(arrival), func(i, j int) { arrival[i], arrival[j] = arrival[j], arrival[i] })
	var all []timeclock.Punch
	for batch := range slices.Chunk(arrival, 1+r.IntN(40)) {
		for range 1 + r.IntN(2) {
			all = append(all, batch...)
		}
	}
	return all
}

// sheet is everything a timesheet is made of, as bytes.
func sheet(t *testing.T, punches []timeclock.Punch) string {
	t.Helper()
	days := Fold(punches)
	text, err := json.Marshal(map[string]any{"days": days, "totals": Sum(days)})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Two thousand months: the same set in any order, with any repetition and in any batches is the same timesheet, byte
// for byte, and no punch is missing from it.
func TestTimesheetsAreConfluent(t *testing.T) {
	company := rules(t)
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 4))
		set := month(r, company)
		want := sheet(t, set)
		if got := sheet(t, delivered(r, set)); got != want {
			t.Fatalf("seed %d: two timesheets of one set:\n%s\n%s", seed, want, got)
		}
		punches := slices.DeleteFunc(set, func(p timeclock.Punch) bool { return p.Kind == timeclock.Undo }) // which can be of no day
		if shown := strings.Count(want, `"Counts"`) - strings.Count(want, `"Kind":"UNDO"`); shown != len(punches) {
			t.Fatalf("seed %d: %d of %d punches shown", seed, shown, len(punches))
		}
	}
}
