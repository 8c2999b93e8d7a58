package timesheet

import (
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Flag marks what a person should look at. Flags explain; they never change what was worked.
type Flag string

// The flags of a day.
const (
	MissingClockIn   Flag = "MISSING_CLOCK_IN"   // punches, but no 出勤
	MissingClockOut  Flag = "MISSING_CLOCK_OUT"  // a shift without 退勤
	RepeatedClockIn  Flag = "REPEATED_CLOCK_IN"  // several 出勤; the first counts
	ReplacedClockOut Flag = "REPLACED_CLOCK_OUT" // several 退勤; the last counts
	RepeatedClockOut Flag = "REPEATED_CLOCK_OUT" // several 退勤 where repeating is an error; the first counts
	DoubleTap        Flag = "DOUBLE_TAP"         // the same punch again within the window; the earliest counts
	EarlyClockOut    Flag = "EARLY_CLOCK_OUT"    // a 退勤 before the first 出勤; it does not count
	OpenBreak        Flag = "OPEN_BREAK"         // a break without end; it is taken to last until the shift's 退勤
	UnstartedBreak   Flag = "UNSTARTED_BREAK"    // a break's end without start; nothing is taken off
	RepeatedBreak    Flag = "REPEATED_BREAK"     // a break started twice; the first start counts
	LongShift        Flag = "LONG_SHIFT"         // 出勤 to 退勤 of a shift is longer than the longest shift
	ReceivedLate     Flag = "RECEIVED_LATE"      // a punch was received long after it was said; its time is when it was said
)

// Span is one break or outing. A nil Start or End is not known.
type Span struct {
	Kind       timeclock.Kind // BreakStart or GoOut: what began it
	Start, End *time.Time
}

// Entry is one punch of a day.
type Entry struct {
	timeclock.Punch
	Counts   bool   // false for the losers, the voided and every 取消, which stay visible
	UndoneBy string // key of the 取消 that took it back; empty without one
}

// Shift is one 出勤 with its 退勤. A nil time is not known; only a shift with both has worked time.
type Shift struct {
	ClockIn, ClockOut *time.Time
	Worked            time.Duration
}

// WorkedMinutes is the worked time in whole minutes for showing; the milliseconds behind it are kept.
func (s Shift) WorkedMinutes() int { return int(s.Worked / time.Minute) }

// Day is one business day that has punches. A 取消 that took nothing back makes no day.
type Day struct {
	Date     timeclock.Date
	ClockIn  *time.Time    // 出勤 of the first shift
	ClockOut *time.Time    // 退勤 of the last shift that has one
	Shifts   []Shift       // in order; most days have one
	Spans    []Span        // breaks and outings in order
	Worked   time.Duration // of all shifts, unrounded
	Flags    []Flag
	Entries  []Entry // every punch of the day in order
}

// WorkedMinutes is the worked time in whole minutes for showing; the milliseconds behind it are kept.
func (d Day) WorkedMinutes() int { return int(d.Worked / time.Minute) }

// TimeText tells an instant of the day in the zone of the punch that was made then, past midnight as 「25:30」; empty
// for nil and for an instant at which none was made.
func (d Day) TimeText(at *time.Time) string {
	for _, e := range d.Entries {
		if at != nil && e.Issued.Equal(*at) {
			return e.Rules.TimeText(e.Issued, d.Date)
		}
	}
	return ""
}

// Away is the time of breaks and outings within the finished shifts.
func (d Day) Away() (away time.Duration) {
	for _, s := range d.Shifts {
		if s.ClockIn != nil && s.ClockOut != nil {
			away += s.ClockOut.Sub(*s.ClockIn) - s.Worked
		}
	}
	return away
}

// Totals are the sums of a period.
type Totals struct {
	Days    int           // days with an 出勤
	Worked  time.Duration // exact sum over the days
	Flagged int           // days with a flag
}

// Sum adds days up.
func Sum(days []Day) Totals {
	var t Totals
	for _, d := range days {
		if d.ClockIn != nil {
			t.Days++
		}
		if len(d.Flags) > 0 {
			t.Flagged++
		}
		t.Worked += d.Worked
	}
	return t
}

// WorkedMinutes is the worked time in whole minutes, cut once for the whole period.
func (t Totals) WorkedMinutes() int { return int(t.Worked / time.Minute) }
