package timeclock

import (
	"fmt"
	"time"
)

// Date is a calendar day without a zone: the name of a business day. The zero value is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the calendar day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// NewDate normalises like time.Date: NewDate(2026, 11, 31) is 2026-12-01.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDate reads YYYY-MM-DD; anything else, including a day that does not exist, is an error.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("date %q is not YYYY-MM-DD", text)
	}
	return DateOf(t), nil
}

// Time is midnight UTC of the day: the form in which a day is stored and counted, not an instant of work.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// String is YYYY-MM-DD.
func (d Date) String() string { return d.Time().Format(time.DateOnly) }

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays is the day n days later, earlier when n is negative.
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// Compare is negative when d is before other, zero when equal, positive when after.
func (d Date) Compare(other Date) int { return d.Time().Compare(other.Time()) }

// DaysSince counts the calendar days from other to d.
func (d Date) DaysSince(other Date) int {
	return int(d.Time().Sub(other.Time()) / (24 * time.Hour))
}
