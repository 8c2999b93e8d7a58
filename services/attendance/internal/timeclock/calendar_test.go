package timeclock

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests do not depend on the machine's zones
)

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func calendar(t testing.TB, zone string, cutoff time.Duration, closing int) Calendar {
	t.Helper()
	work := DefaultWorkRules()
	work.Cutoff = cutoff
	c, err := NewCalendar(zone, closing, work)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const fiveInTheMorning = 5 * time.Hour

func tokyo(t testing.TB) Calendar { return calendar(t, DefaultZone, fiveInTheMorning, MonthEnd) }

func TestDayBoundaries(t *testing.T) {
	const ny, berlin = "America/New_York", "Europe/Berlin"
	const howe = "Australia/Lord_Howe" // its clocks move by half an hour
	for _, tt := range []struct {
		name, zone string
		cutoff     time.Duration
		at, want   string
	}{
		{"last millisecond of the day before", DefaultZone, fiveInTheMorning, "2026-11-23T04:59:59.999+09:00", "2026-11-22"},
		{"exactly the cutoff", DefaultZone, fiveInTheMorning, "2026-11-23T05:00:00.000+09:00", "2026-11-23"},
		{"last millisecond", DefaultZone, fiveInTheMorning, "2026-11-24T04:59:59.999+09:00", "2026-11-23"},
		{"midnight", DefaultZone, fiveInTheMorning, "2026-11-24T00:00:00+09:00", "2026-11-23"},
		{"cutoff at midnight", DefaultZone, 0, "2026-11-24T00:00:00+09:00", "2026-11-24"},
		{"before a cutoff at midnight", DefaultZone, 0, "2026-11-23T23:59:59.999+09:00", "2026-11-23"},
		{"late cutoff", DefaultZone, 9 * time.Hour, "2026-11-24T08:59:59.999+09:00", "2026-11-23"},
		{"month end", DefaultZone, fiveInTheMorning, "2026-12-01T04:59:59.999+09:00", "2026-11-30"},
		{"year end", DefaultZone, fiveInTheMorning, "2027-01-01T01:00:00+09:00", "2026-12-31"},
		{"leap day", DefaultZone, fiveInTheMorning, "2028-03-01T04:59:59.999+09:00", "2028-02-29"},
		{"no leap day", DefaultZone, fiveInTheMorning, "2027-03-01T04:59:59.999+09:00", "2027-02-28"},
		{"clocks go forward, before the cutoff", ny, fiveInTheMorning, "2027-03-14T08:59:59.999Z", "2027-03-13"},
		{"clocks go forward, the cutoff", ny, fiveInTheMorning, "2027-03-14T09:00:00Z", "2027-03-14"},
		{"clocks go back, before the cutoff", ny, fiveInTheMorning, "2026-11-01T09:59:59.999Z", "2026-10-31"},
		{"clocks go back, the cutoff", ny, fiveInTheMorning, "2026-11-01T10:00:00Z", "2026-11-01"},
		{"first half past one", ny, fiveInTheMorning, "2026-11-01T05:30:00Z", "2026-10-31"},
		{"no such time, before the clocks go forward", ny, 150 * time.Minute, "2027-03-14T06:59:59.999Z", "2027-03-13"},
		{"no such time, as the clocks go forward", ny, 150 * time.Minute, "2027-03-14T07:00:00Z", "2027-03-14"},
		{"no such midnight, before", "America/Sao_Paulo", 0, "2018-11-04T02:59:59.999Z", "2018-11-03"},
		{"no such midnight, as the clocks go forward", "America/Sao_Paulo", 0, "2018-11-04T03:00:00Z", "2018-11-04"},
		{"a time that comes twice, before the first", ny, 90 * time.Minute, "2026-11-01T05:29:59.999Z", "2026-10-31"},
		{"a time that comes twice, the first", ny, 90 * time.Minute, "2026-11-01T05:30:00Z", "2026-11-01"},
		{"a time that comes twice, before the second", ny, 90 * time.Minute, "2026-11-01T06:29:59.999Z", "2026-11-01"},
		{"east, no such time, before the clocks go forward", berlin, 150 * time.Minute, "2026-03-29T00:59:59.999Z", "2026-03-28"},
		{"east, no such time, as the clocks go forward", berlin, 150 * time.Minute, "2026-03-29T01:00:00Z", "2026-03-29"},
		{"east, a time that comes twice, before the first", berlin, 150 * time.Minute, "2026-10-25T00:29:59.999Z", "2026-10-24"},
		{"east, a time that comes twice, the first", berlin, 150 * time.Minute, "2026-10-25T00:30:00Z", "2026-10-25"},
		{"east, the hour to which the clocks go back", berlin, 2 * time.Hour, "2026-10-25T00:00:00Z", "2026-10-25"},
		{"half an hour back, a time that comes twice", howe, 105 * time.Minute, "2026-04-04T14:45:00Z", "2026-04-05"},
		{"half an hour forward, before", howe, 2 * time.Hour, "2026-10-03T15:29:59.999Z", "2026-10-03"},
		{"half an hour forward, the cutoff", howe, 2 * time.Hour, "2026-10-03T15:30:00Z", "2026-10-04"},
		{"half an hour back, before", howe, fiveInTheMorning, "2027-04-03T18:29:59.999Z", "2027-04-03"},
		{"half an hour back, the cutoff", howe, fiveInTheMorning, "2027-04-03T18:30:00Z", "2027-04-04"},
		{"leap day, the cutoff", DefaultZone, fiveInTheMorning, "2028-02-29T05:00:00+09:00", "2028-02-29"},
		{"leap day, before", DefaultZone, fiveInTheMorning, "2028-02-29T04:59:59.999+09:00", "2028-02-28"},
		{"second half past one", ny, fiveInTheMorning, "2026-11-01T06:30:00Z", "2026-10-31"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := calendar(t, tt.zone, tt.cutoff, MonthEnd)
			if got := c.Day(instant(t, tt.at)).String(); got != tt.want {
				t.Errorf("Day(%s) = %s, want %s", tt.at, got, tt.want)
			}
		})
	}
}

// Days never run backwards, whatever the zone does to its clocks and wherever the cutoff lies.
func TestDayIsMonotonic(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Europe/Lisbon", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo", "America/Sao_Paulo"} {
		for _, cutoff := range []time.Duration{0, 75 * time.Minute, 150 * time.Minute, 5 * time.Hour, 23 * time.Hour} {
			c := calendar(t, zone, cutoff, MonthEnd)
			at := instant(t, "2018-01-01T00:00:00Z")
			for last := c.Day(at); at.Year() < 2019; at = at.Add(15 * time.Minute) {
				day := c.Day(at)
				if steps := day.DaysSince(last); steps < 0 || steps > 1 {
					t.Fatalf("%s %s: %s follows %s at %s", zone, cutoff, day, last, at)
				}
				last = day
			}
		}
	}
}

func TestTimeText(t *testing.T) {
	for _, tt := range []struct{ zone, at, day, want string }{
		{DefaultZone, "2026-11-23T00:00:59.999Z", "2026-11-23", "09:00"},
		{DefaultZone, "2026-11-23T15:00:00Z", "2026-11-23", "24:00"},
		{DefaultZone, "2026-11-23T16:30:00Z", "2026-11-23", "25:30"},
		{DefaultZone, "2026-11-23T21:30:00Z", "2026-11-23", "30:30"},
		{DefaultZone, "2026-11-30T21:30:00Z", "2026-11-30", "30:30"},
		{"America/New_York", "2026-11-01T06:30:00Z", "2026-10-31", "25:30"},
	} {
		day, err := ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar(t, tt.zone, fiveInTheMorning, MonthEnd).TimeText(instant(t, tt.at), day); got != tt.want {
			t.Errorf("TimeText(%s) = %s, want %s", tt.at, got, tt.want)
		}
	}
}

func TestPeriod(t *testing.T) {
	for _, tt := range []struct {
		day         string
		closing     int
		want        string
		first, last string
	}{
		{"2026-11-20", 20, "2026-11", "2026-10-21", "2026-11-20"},
		{"2026-11-21", 20, "2026-12", "2026-11-21", "2026-12-20"},
		{"2026-10-21", 20, "2026-11", "2026-10-21", "2026-11-20"},
		{"2026-12-21", 20, "2027-01", "2026-12-21", "2027-01-20"},
		{"2026-11-30", 31, "2026-11", "2026-11-01", "2026-11-30"},
		{"2026-12-01", 31, "2026-12", "2026-12-01", "2026-12-31"},
		{"2028-02-29", 31, "2028-02", "2028-02-01", "2028-02-29"},
		{"2028-02-29", 28, "2028-03", "2028-02-29", "2028-03-28"},
		{"2027-02-28", 28, "2027-02", "2027-01-29", "2027-02-28"},
		{"2026-11-01", 1, "2026-11", "2026-10-02", "2026-11-01"},
	} {
		day, err := ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		closing := Closings{{Day: tt.closing}}
		p := closing.Period(day)
		if p.String() != tt.want || closing.First(p).String() != tt.first || closing.Last(p).String() != tt.last {
			t.Errorf("%s closing on %d is in %s (%s to %s), want %s (%s to %s)",
				tt.day, tt.closing, p, closing.First(p), closing.Last(p), tt.want, tt.first, tt.last)
		}
	}
}

func TestNewCalendarRefuses(t *testing.T) {
	bad := func(change func(*WorkRules)) WorkRules {
		work := DefaultWorkRules()
		change(&work)
		return work
	}
	for _, tt := range []struct {
		zone    string
		closing int
		work    WorkRules
	}{
		{"", MonthEnd, DefaultWorkRules()}, {"Local", MonthEnd, DefaultWorkRules()}, {"Asia/Edo", MonthEnd, DefaultWorkRules()},
		{DefaultZone, 0, DefaultWorkRules()}, {DefaultZone, 29, DefaultWorkRules()}, {DefaultZone, 32, DefaultWorkRules()},
		{DefaultZone, 20, bad(func(w *WorkRules) { w.Cutoff = 24 * time.Hour })},
	} {
		if _, err := NewCalendar(tt.zone, tt.closing, tt.work); err == nil {
			t.Errorf("accepted %+v", tt)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "2026-02-30", "2026-1-1", "20261101", "2026-11-01T00:00:00Z"} {
		if d, err := ParseDate(text); err == nil {
			t.Errorf("ParseDate(%q) = %s", text, d)
		}
	}
	for _, text := range []string{"", "2026-13", "2026-1", "2026-11-01"} {
		if p, err := ParsePeriod(text); err == nil {
			t.Errorf("ParsePeriod(%q) = %s", text, p)
		}
	}
}
