package timesheet

import "time"

// Rounding is how the total of a period is shown to whoever asks for rounded totals. Facts, days and totals stay exact
// whatever it is. The empty value rounds nothing.
type Rounding string

// The ways of rounding a total. Only totals of a month may be rounded, and only both ways: under 30 minutes down,
// 30 minutes and more up to the hour (昭和63年3月14日 基発第150号).
const (
	NoRounding  Rounding = ""
	NearestHour Rounding = "NEAREST_HOUR"
	DownToHour  Rounding = "DOWN_TO_HOUR" // takes time from people; see OnlyDown
)

// OnlyDown reports whether the rounding never gives what it takes, which the law does not allow: every answer with it
// carries a warning.
func (r Rounding) OnlyDown() bool { return r == DownToHour }

// Of rounds an exact total. Half an hour counts to the millisecond: 29 minutes and 59.999 seconds go down.
func (r Rounding) Of(total time.Duration) time.Duration {
	switch r {
	case NearestHour:
		return total.Round(time.Hour)
	case DownToHour:
		return total.Truncate(time.Hour)
	default:
		return total
	}
}
