package timesheet

import (
	"slices"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// absences are the breaks and outings of one shift in order.
func (f *folding) absences(s timeclock.Shift) []Span {
	spans := slices.Concat(
		f.spans(s.Between, timeclock.BreakStart, timeclock.BreakEnd), f.spans(s.Between, timeclock.GoOut, timeclock.ComeBack),
	)
	slices.SortStableFunc(spans, func(a, b Span) int { return a.at().Compare(b.at()) })
	return spans
}

// spans pairs the starts and ends of one kind of absence: the first start while none is open, the first end after.
func (f *folding) spans(punches []timeclock.DatedPunch, start, end timeclock.Kind) (spans []Span) {
	var open *time.Time
	for i := range punches {
		p := &punches[i]
		switch {
		case p.Voided || p.Tap || p.Kind != start && p.Kind != end:
			continue
		case p.Kind == start && open != nil:
			f.flag(RepeatedBreak)
			continue
		case p.Kind == start:
			open = &p.Issued
		case open == nil:
			f.flag(UnstartedBreak)
			spans = append(spans, Span{Kind: start, End: &p.Issued})
		default:
			spans = append(spans, Span{Kind: start, Start: open, End: &p.Issued})
			open = nil
		}
		f.counts[p.Key] = true
	}
	if open != nil {
		f.flag(OpenBreak)
		spans = append(spans, Span{Kind: start, Start: open})
	}
	return spans
}

func (s Span) at() time.Time {
	if s.Start != nil {
		return *s.Start
	}
	return *s.End
}

// worked takes the union of the absences off the time between a 出勤 and its 退勤, so that overlapping ones count
// once. An open absence lasts until the 退勤.
func worked(in, out time.Time, absences []Span) time.Duration {
	worked, covered := out.Sub(in), in
	for _, s := range absences {
		if s.Start == nil {
			continue
		}
		start, end := later(*s.Start, covered), out
		if s.End != nil {
			end = earlier(*s.End, out)
		}
		if end.After(start) {
			worked -= end.Sub(start)
			covered = end
		}
	}
	return worked
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
