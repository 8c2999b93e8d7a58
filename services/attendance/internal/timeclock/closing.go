package timeclock

// Closing is a closing day and the first period that closes on it.
type Closing struct {
	From Period // the zero period: from ever
	Day  int    // 1 to 28, or MonthEnd
}

// Closings is how the closing day of a company changed, in the order of the decisions; the last one that does not
// begin after a period is in force for it. Because a closing day counts from a period on, and a period begins on the
// day after the one before it ends, periods follow each other without gap or overlap whatever was decided, and no name
// comes twice. The empty value closes at the month's end.
type Closings []Closing

// Of is the closing day that a period ends on.
func (c Closings) Of(p Period) int {
	for i := len(c) - 1; i >= 0; i-- {
		if c[i].From.Compare(p) <= 0 {
			return c[i].Day
		}
	}
	return MonthEnd
}

// Latest is the closing day that was decided last, whether or not it is in force yet.
func (c Closings) Latest() int {
	if len(c) == 0 {
		return MonthEnd
	}
	return c[len(c)-1].Day
}

// Last is the last business day of a period.
func (c Closings) Last(p Period) Date { return p.Last(c.Of(p)) }

// First is the first business day of a period: the day after the period before it.
func (c Closings) First(p Period) Date { return c.Last(p.add(-1)).AddDays(1) }

// Period is the one period that holds a business day.
func (c Closings) Period(day Date) Period {
	p := Period{day.Year, day.Month}
	if day.Compare(c.Last(p)) > 0 {
		return p.add(1)
	}
	return p
}

// Next is the closing day as decided on a business day: from the period after the one that runs on that day, and after
// the last one that somebody has handed in, whose days stay what they were. The zero period is none.
func (c Closings) Next(closingDay int, decided Date, handedIn Period) Closing {
	from := c.Period(decided).add(1)
	if after := handedIn.add(1); handedIn != (Period{}) && after.Compare(from) > 0 {
		from = after
	}
	return Closing{From: from, Day: closingDay}
}
