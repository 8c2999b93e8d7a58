package timesheet

import (
	"slices"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Fold makes days of a set of punches, in the order of their dates. Any order of the input and any repetition in
// it gives the same result. Punches before the first wanted day are needed only as far as a session may reach.
func Fold(punches []timeclock.Punch) []Day {
	grouped := map[timeclock.Date][]timeclock.Punch{}
	for _, p := range timeclock.Assign(punches) {
		grouped[p.Day] = append(grouped[p.Day], p.Punch)
	}
	days := make([]Day, 0, len(grouped))
	for date, of := range grouped {
		days = append(days, foldDay(date, of))
	}
	slices.SortFunc(days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return days
}

// Between keeps the days from first to last, both inclusive.
func Between(days []Day, first, last timeclock.Date) []Day {
	return slices.DeleteFunc(slices.Clone(days), func(d Day) bool {
		return d.Date.Compare(first) < 0 || d.Date.Compare(last) > 0
	})
}

func foldDay(date timeclock.Date, punches []timeclock.Punch) Day {
	f := folding{day: Day{Date: date}}
	for _, p := range punches {
		f.day.Entries = append(f.day.Entries, Entry{Punch: p})
	}
	f.bounds()
	f.spans(timeclock.BreakStart, timeclock.BreakEnd)
	f.spans(timeclock.GoOut, timeclock.ComeBack)
	f.work()
	slices.Sort(f.day.Flags)
	f.day.Flags = slices.Compact(f.day.Flags)
	return f.day
}

// folding is one day on its way.
type folding struct {
	day     Day
	in, out *Entry
}

func (f *folding) flag(flag Flag) { f.day.Flags = append(f.day.Flags, flag) }

// bounds finds the first 出勤 and the last 退勤 that follows it; without an 出勤 the last 退勤 of all.
func (f *folding) bounds() {
	for i := range f.day.Entries {
		e := &f.day.Entries[i]
		switch {
		case e.Voided:
		case e.Kind == timeclock.ClockIn && f.in == nil:
			if f.out != nil {
				f.flag(EarlyClockOut)
			}
			f.in, f.out = e, nil
		case e.Kind == timeclock.ClockIn:
			f.flag(RepeatedClockIn)
		case e.Kind == timeclock.ClockOut && f.out != nil:
			f.flag(ReplacedClockOut)
			f.out = e
		case e.Kind == timeclock.ClockOut:
			f.out = e
		}
	}
	f.settle()
}

func (f *folding) settle() {
	if f.in != nil {
		f.in.Counts, f.day.ClockIn = true, &f.in.Issued
	}
	if f.out != nil {
		f.out.Counts, f.day.ClockOut = true, &f.out.Issued
	}
	switch {
	case f.in == nil && f.live():
		f.flag(MissingClockIn)
	case f.in != nil && f.out == nil:
		f.flag(MissingClockOut)
	}
}

// live reports whether the day has a punch that was not voided.
func (f *folding) live() bool {
	return slices.ContainsFunc(f.day.Entries, func(e Entry) bool { return !e.Voided })
}
