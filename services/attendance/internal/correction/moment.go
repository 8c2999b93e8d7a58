package correction

import (
	"cmp"
	"regexp"
	"strconv"
	"time"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// moment is a time on the wall, on a day or on that of the message.
type moment struct {
	day   day
	clock clock
}

// day is a day as written. The zero value is none; without a year it is the latest such day.
type day struct {
	year, month, date int

	spoken bool // 昨日: so many days ago, and no date
	ago    int
}

// spokenDays are the words for days, as folded.
var spokenDays = map[string]int{
	"今日": 0, "きょう": 0, "本日": 0, "today": 0, "昨日": 1, "きのう": 1, "yesterday": 1, "一昨日": 2, "おととい": 2,
}

var (
	dayForms = []*regexp.Regexp{
		regexp.MustCompile(`^()(\d{1,2})/(\d{1,2})$`), regexp.MustCompile(`^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$`),
		regexp.MustCompile(`^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日$`),
	}
	beginning = regexp.MustCompile(`^(\d{1,2}[:/時月]|\d{4}[/年-])`)
)

// like tells whether a word begins like a day or a time.
func like(word string) bool { return beginning.MatchString(word) }

func readDay(word string) (day, bool) {
	if ago, spoken := spokenDays[word]; spoken {
		return day{spoken: true, ago: ago}, true
	}
	for _, form := range dayForms {
		if part := form.FindStringSubmatch(word); part != nil {
			return day{year: number(part[1]), month: number(part[2]), date: number(part[3])}, true
		}
	}
	return day{}, false
}

// number reads digits; none are 0.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// At is the instant that a command which was sent at another one means, by the rules in force then. Without a day it is
// in the business day of the message, in which each time of the clock is once: 1:00 is past midnight where the day
// begins at 5:00, as 25:00 is. It is not ok when there is no such time, when it has not come yet, and between midnight
// and the end of the business day for 昨日: the day before on the calendar is the one that still lasts.
func (c Command) At(sent time.Time, r timeclock.Rules) (at time.Time, ok bool) {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	today := r.Day(sent)
	on, hour := today, c.moment.clock.hour
	switch since := time.Duration(hour)*time.Hour + time.Duration(c.moment.clock.minute)*time.Minute; {
	case c.moment.day != (day{}):
		if on, ok = c.moment.day.before(today); !ok {
			return time.Time{}, false
		}
	case since < r.Cutoff:
		hour += 24
	}
	if c.moment.day.spoken && timeclock.DateOf(sent.In(zone)) != today {
		return time.Time{}, false
	}
	at = time.Date(on.Year, on.Month, on.Day, hour, c.moment.clock.minute, 0, 0, zone)
	shown := at.Hour() == hour%24 && at.Minute() == c.moment.clock.minute // not where the clock is set forward past it
	return at.UTC(), c.timed && shown && !at.After(sent)
}

// halfAYear is how many days a day without a year may be ahead before it is one of the year before.
const halfAYear = 183

// firstYear is the first one whose days can be corrected: records are kept for some years, and not every number that can
// be written is a time that can be stored.
const firstYear = 2000

// leapYear stands for a year that was not written.
const leapYear = 2000

// possible tells whether there is such a day in any year that was meant.
func (d day) possible() bool {
	if d == (day{}) || d.spoken {
		return true
	}
	if d.year != 0 && d.year < firstYear {
		return false
	}
	on := timeclock.NewDate(cmp.Or(d.year, leapYear), time.Month(d.month), d.date)
	return int(on.Month) == d.month && on.Day == d.date
}

// before is the day as one that is not far ahead of today; false when there is no such day.
func (d day) before(today timeclock.Date) (timeclock.Date, bool) {
	if d.spoken {
		return today.AddDays(-d.ago), true
	}
	year := d.year
	if year != 0 && year < firstYear {
		return timeclock.Date{}, false
	}
	if year == 0 {
		year = today.Year
		if timeclock.NewDate(year, time.Month(d.month), d.date).DaysSince(today) > halfAYear {
			year--
		}
	}
	on := timeclock.NewDate(year, time.Month(d.month), d.date)
	return on, int(on.Month) == d.month && on.Day == d.date
}

// Around are instants around all that the command can mean, whatever the company's zone and rules are.
func (c Command) Around(sent time.Time) []time.Time {
	if day := c.moment.day; day.month == 0 || day.spoken {
		return []time.Time{sent.Add(-time.Duration(2+day.ago) * 24 * time.Hour)}
	}
	on, ok := c.moment.day.before(timeclock.DateOf(sent.UTC()))
	if !ok {
		return nil
	}
	return []time.Time{on.AddDays(-1).Time(), on.AddDays(3).Time()}
}
