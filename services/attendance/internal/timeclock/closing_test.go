package timeclock

import (
	"math/rand/v2"
	"testing"
)

func date(t testing.TB, text string) Date {
	t.Helper()
	day, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func period(t testing.TB, text string) Period {
	t.Helper()
	p, err := ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The period that runs keeps its end, the next one begins on the day after and ends on the new closing day.
func TestAClosingDayCountsFromTheNextPeriod(t *testing.T) {
	for _, tt := range []struct {
		name, decided, handedIn string
		before, after           int
		want                    [3][2]string // 2027-02, -03 and -04
	}{
		{"month end to the 20th", "2027-02-10", "", 31, 20, [3][2]string{{"2027-02-01", "2027-02-28"}, {"2027-03-01", "2027-03-20"}, {"2027-03-21", "2027-04-20"}}},
		{"on the last day", "2027-02-28", "", 31, 20, [3][2]string{{"2027-02-01", "2027-02-28"}, {"2027-03-01", "2027-03-20"}, {"2027-03-21", "2027-04-20"}}},
		{"the 20th to month end", "2027-02-20", "", 20, 31, [3][2]string{{"2027-01-21", "2027-02-20"}, {"2027-02-21", "2027-03-31"}, {"2027-04-01", "2027-04-30"}}},
		{"after the closing day", "2027-02-21", "", 20, 31, [3][2]string{{"2027-01-21", "2027-02-20"}, {"2027-02-21", "2027-03-20"}, {"2027-03-21", "2027-04-30"}}},
		{"month end to the 1st", "2027-02-10", "", 31, 1, [3][2]string{{"2027-02-01", "2027-02-28"}, {"2027-03-01", "2027-03-01"}, {"2027-03-02", "2027-04-01"}}},
		{"the 1st to month end", "2027-02-01", "", 1, 31, [3][2]string{{"2027-01-02", "2027-02-01"}, {"2027-02-02", "2027-03-31"}, {"2027-04-01", "2027-04-30"}}},
		{"a month handed in", "2027-02-10", "2027-03", 31, 20, [3][2]string{{"2027-02-01", "2027-02-28"}, {"2027-03-01", "2027-03-31"}, {"2027-04-01", "2027-04-20"}}},
		{"an old month handed in", "2027-02-10", "2026-01", 31, 28, [3][2]string{{"2027-02-01", "2027-02-28"}, {"2027-03-01", "2027-03-28"}, {"2027-03-29", "2027-04-28"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Closings{{Day: tt.before}}
			var handedIn Period
			if tt.handedIn != "" {
				handedIn = period(t, tt.handedIn)
			}
			c = append(c, c.Next(tt.after, date(t, tt.decided), handedIn))
			for i, want := range tt.want {
				p := period(t, "2027-02").add(i)
				if got := [2]string{c.First(p).String(), c.Last(p).String()}; got != want {
					t.Errorf("%s is %v, want %v", p, got, want)
				}
			}
		})
	}
}

// Whatever is decided whenever, every day lies in one period, periods follow each other without gap and overlap, no name
// comes twice, and no period changes that had begun or had been handed in.
func TestPeriodsTileTheCalendar(t *testing.T) {
	days := []int{1, 2, 15, 20, 27, 28, MonthEnd}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		c := Closings{{Day: days[random.IntN(len(days))]}}
		start := NewDate(2027, 11, 1+random.IntN(30))
		for day, left := start, 700; left > 0; left-- {
			if random.IntN(40) == 0 {
				handedIn := c.Period(day).add(random.IntN(4) - 2)
				was := c
				c = append(append(Closings{}, c...), c.Next(days[random.IntN(len(days))], day, handedIn))
				for p := period(t, "2027-06"); p.Compare(was.Period(day)) <= 0 || p.Compare(handedIn) <= 0; p = p.add(1) {
					if was.First(p) != c.First(p) || was.Last(p) != c.Last(p) {
						t.Fatalf("seed %d: decided on %s, %s handed in, %s changes", seed, day, handedIn, p)
					}
				}
			}
			day = day.AddDays(1)
		}
		tiled(t, c, start)
	}
}

func tiled(t *testing.T, c Closings, start Date) {
	t.Helper()
	for i, p := 0, c.Period(start); i < 30; i, p = i+1, p.add(1) {
		if c.First(p.add(1)) != c.Last(p).AddDays(1) || c.Last(p).Compare(c.First(p)) < 0 {
			t.Fatalf("%v: %s from %s to %s, the next from %s", c, p, c.First(p), c.Last(p), c.First(p.add(1)))
		}
		for day := c.First(p); day.Compare(c.Last(p)) <= 0; day = day.AddDays(1) {
			if got := c.Period(day); got != p {
				t.Fatalf("%v: %s is in %s and in %s", c, day, got, p)
			}
		}
	}
}

// A month closes on a day that every month has, or at its end.
func TestClosingDaysThatCanBe(t *testing.T) {
	for closing, can := range map[int]bool{-1: false, 0: false, 1: true, 28: true, 29: false, 30: false, MonthEnd: true, 32: false} {
		if _, err := NewCalendar(DefaultZone, closing, DefaultWorkRules()); (err == nil) != can {
			t.Errorf("%d: %v", closing, err)
		}
	}
}
