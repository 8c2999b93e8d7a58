package timesheet

import (
	"slices"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// spans pairs the starts and ends of one kind of absence: the first start while none is open, the first end after.
func (f *folding) spans(start, end timeclock.Kind) {
	var open *Entry
	for i := range f.day.Entries {
		e := &f.day.Entries[i]
		switch {
		case e.Voided:
		case e.Kind == start && open != nil:
			f.flag(RepeatedBreak)
		case e.Kind == start:
			open, e.Counts = e, true
		case e.Kind == end && open == nil:
			f.flag(UnstartedBreak)
			e.Counts = true
			f.span(Span{Kind: start, End: &e.Issued})
		case e.Kind == end:
			e.Counts = true
			f.span(Span{Kind: start, Start: &open.Issued, End: &e.Issued})
			open = nil
		}
	}
	if open != nil {
		f.flag(OpenBreak)
		f.span(Span{Kind: start, Start: &open.Issued})
	}
}

func (f *folding) span(s Span) {
	f.day.Spans = append(f.day.Spans, s)
	slices.SortStableFunc(f.day.Spans, func(a, b Span) int { return a.at().Compare(b.at()) })
}

func (s Span) at() time.Time {
	if s.Start != nil {
		return *s.Start
	}
	return *s.End
}

// work takes the union of the absences off the time between 出勤 and 退勤, so that overlapping ones count once.
// An open absence lasts until the 退勤.
func (f *folding) work() {
	if f.in == nil || f.out == nil {
		return
	}
	in, out := f.in.Issued, f.out.Issued
	worked, covered := out.Sub(in), in
	for _, s := range f.day.Spans {
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
	f.day.Worked = worked
	if out.Sub(in) > f.in.Rules.LongestShift {
		f.flag(LongShift)
	}
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
