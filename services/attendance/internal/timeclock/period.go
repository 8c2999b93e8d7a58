package timeclock

import (
	"cmp"
	"fmt"
	"time"
)

// MonthEnd is the closing day that means the last day of every month.
const MonthEnd = 31

// Period is a closing period, named after the month in which its closing day lies. The zero value is no period.
type Period struct {
	Year  int
	Month time.Month
}

// ParsePeriod reads YYYY-MM.
func ParsePeriod(text string) (Period, error) {
	t, err := time.Parse("2006-01", text)
	if err != nil {
		return Period{}, fmt.Errorf("period %q is not YYYY-MM", text)
	}
	return Period{t.Year(), t.Month()}, nil
}

// String is YYYY-MM.
func (p Period) String() string { return fmt.Sprintf("%04d-%02d", p.Year, int(p.Month)) }

// Last is the business day on which the period ends when it closes on that day. Closing day 20 ends 2026-11 on
// 2026-11-20, closing day 31 on 2026-11-30.
func (p Period) Last(closingDay int) Date {
	if closingDay >= MonthEnd {
		return NewDate(p.Year, p.Month+1, 0)
	}
	return NewDate(p.Year, p.Month, closingDay)
}

// Compare is negative when p is before other, zero when equal, positive when after.
func (p Period) Compare(other Period) int {
	return cmp.Or(cmp.Compare(p.Year, other.Year), cmp.Compare(p.Month, other.Month))
}

func (p Period) add(months int) Period {
	first := NewDate(p.Year, p.Month+time.Month(months), 1)
	return Period{first.Year, first.Month}
}
