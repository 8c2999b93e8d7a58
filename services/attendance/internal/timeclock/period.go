package timeclock

import (
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

// PeriodOf is the period that holds a business day. The closing day itself is the period's last day; closing day
// 20 puts 2026-10-21 to 2026-11-20 in 2026-11, closing day 31 makes periods equal to months.
func PeriodOf(day Date, closingDay int) Period {
	p := Period{day.Year, day.Month}
	if day.Compare(p.Last(closingDay)) > 0 {
		return p.add(1)
	}
	return p
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

// Last is the period's last business day: its closing day.
func (p Period) Last(closingDay int) Date {
	if closingDay >= MonthEnd {
		return NewDate(p.Year, p.Month+1, 0)
	}
	return NewDate(p.Year, p.Month, closingDay)
}

// First is the period's first business day: the day after the closing day before.
func (p Period) First(closingDay int) Date { return p.add(-1).Last(closingDay).AddDays(1) }

func (p Period) add(months int) Period {
	first := NewDate(p.Year, p.Month+time.Month(months), 1)
	return Period{first.Year, first.Month}
}
