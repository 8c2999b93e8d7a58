package phrase

import (
	"strings"
	"testing"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

func TestWhole(t *testing.T) {
	m, err := Compile(Settings{
		Phrases:  map[timeclock.Kind][]string{timeclock.ClockIn: {"出勤", "👍"}, timeclock.BreakStart: {"休憩"}, timeclock.BreakEnd: {"休憩 終了", "clock in"}},
		Triggers: []string{"勤怠"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]timeclock.Kind{
		"出勤": timeclock.ClockIn, "　出勤 ": timeclock.ClockIn, "👍🏽": timeclock.ClockIn, "休憩": timeclock.BreakStart, "休憩　終了": timeclock.BreakEnd, "CLOCK IN": timeclock.BreakEnd,
		"": "", "出勤しました": "", "再出勤": "", "出勤 休憩": "", "勤怠": "",
	} {
		got, ok := m.Whole(text)
		if ok != (want != "") || got.Kind != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got, ok := new(Matcher).Whole("出勤"); ok {
		t.Error(got)
	}
}

// A text that no phrase can be as long as is not even folded; the longest phrase there can be is found.
func TestWholeLooksAtShortTextsAlone(t *testing.T) {
	longest := strings.Repeat("👨‍👩‍👧‍👦", MaxGraphemes)
	m := compile(t, Settings{Phrases: map[timeclock.Kind][]string{timeclock.ClockIn: {longest, "a"}}})
	if got, ok := m.Whole(" " + longest + "　"); !ok || got.Phrase != longest {
		t.Errorf("the longest: %+v", got)
	}
	long := "a" + strings.Repeat("\u200B", maxBytes/3+1)
	if got := testing.AllocsPerRun(1, func() { m.Whole(long) }); got != 0 || len(long) <= maxBytes {
		t.Errorf("%v allocations for %d bytes", got, len(long))
	}
}
