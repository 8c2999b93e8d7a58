package timeclock

import (
	"fmt"
	"time"
)

// DefaultZone is the zone of a company that names none.
const DefaultZone = "Asia/Tokyo"

// Rules are the inputs of a day. Every punch keeps the rules that were in force when the person acted, so that a
// later change moves no existing record.
type Rules struct {
	Zone         *time.Location // the company's zone; nil is UTC
	Cutoff       time.Duration  // wall-clock time at which the business day changes, 0 to under 24 h
	LongestShift time.Duration  // how long after its 出勤 a session may still claim a punch past the cutoff
	Repeats      Repeats        // what a repeated 出勤 or 退勤 means
	DoubleTap    time.Duration  // the same kind again in less than this is one punch; 0 switches it off
	Undo         time.Duration  // how long after a punch 取消 takes it back; 0 switches it off
}

// Calendar is a company's rules at an instant plus the closing days of its periods, which hold for every instant, and
// what a submitted one does with punches.
type Calendar struct {
	Rules
	Closings
	Locked Locked
}

// DefaultCalendar is Japan's usual: Asia/Tokyo, closing at the month's end, the default work rules.
func DefaultCalendar() (Calendar, error) {
	return NewCalendar(DefaultZone, MonthEnd, DefaultWorkRules())
}

// NewCalendar loads the zone and checks the ranges; the error names the value that is wrong.
func NewCalendar(zone string, closingDay int, work WorkRules) (Calendar, error) {
	location, err := time.LoadLocation(zone)
	switch {
	case err != nil || zone == "" || zone == "Local":
		return Calendar{}, fmt.Errorf("time zone %q is not known", zone)
	case closingDay != MonthEnd && (closingDay < 1 || closingDay > 28):
		return Calendar{}, fmt.Errorf("closing day %d is not 1 to 28 or 31", closingDay)
	}
	if wrong := work.Wrong(); len(wrong) != 0 {
		return Calendar{}, fmt.Errorf("work rules out of range: %v", wrong)
	}
	return Calendar{Rules: work.In(location), Closings: Closings{{Day: closingDay}}, Locked: work.Locked}, nil
}

// Day is the business day of an instant when no session reaches over the cutoff: the days are half-open intervals
// from cutoff to cutoff, exact to the millisecond, and follow the zone's wall clock over daylight saving changes.
func (r Rules) Day(at time.Time) Date {
	local := DateOf(at.In(r.location()))
	switch {
	case at.Before(r.Start(local)):
		return local.AddDays(-1)
	case !at.Before(r.Start(local.AddDays(1))):
		return local.AddDays(1)
	}
	return local
}

// Start is the first instant of a business day: when the clock on the wall shows the cutoff, for the first time if it
// does so twice, or when it is set forward past it.
func (r Rules) Start(day Date) time.Time {
	minutes := int(r.Cutoff / time.Minute)
	wanted := time.Date(day.Year, day.Month, day.Day, minutes/60, minutes%60, 0, 0, time.UTC)
	at := time.Date(day.Year, day.Month, day.Day, minutes/60, minutes%60, 0, 0, r.location())
	changed, until := at.ZoneBounds()
	switch shown := onTheWall(at); { // of a time that never comes, Go takes the offset of either side
	case shown.Before(wanted):
		return until
	case shown.After(wanted):
		return changed
	case changed.IsZero():
		return at
	}
	_, before := changed.Add(-1).Zone()
	if first := wanted.Add(-time.Duration(before) * time.Second); first.Before(changed) { // at is the second time
		return first.In(r.location())
	}
	return at
}

// onTheWall is the time that clocks show at an instant, as if it were UTC.
func onTheWall(at time.Time) time.Time {
	_, offset := at.Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// TimeText is the wall-clock time of an instant as seen from its business day: 09:00, or 25:30 for half past one
// in the night after. Seconds are cut, never rounded.
func (r Rules) TimeText(at time.Time, day Date) string {
	local := at.In(r.location())
	hours := local.Hour() + 24*DateOf(local).DaysSince(day)
	return fmt.Sprintf("%02d:%02d", hours, local.Minute())
}

func (r Rules) location() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}
