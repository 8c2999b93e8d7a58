package phrase

import (
	"fmt"
	"strconv"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// Path is where the nth word of a kind, from 0, stands in the settings, for programs: phrases.CLOCK_IN[0]. Without a kind
// it is a trigger word: triggerWords[0].
func Path(kind timeclock.Kind, nth int) string { return listPath(kind) + "[" + strconv.Itoa(nth) + "]" }

func (w word) path() string { return Path(w.kind, w.nth) }

// listPath is where the list of a kind's words stands.
func listPath(kind timeclock.Kind) string {
	if kind == "" {
		return "triggerWords"
	}
	return "phrases." + string(kind)
}

// listNames are what the console calls the lists, by kind; without a kind those of trigger words.
var listNames = map[timeclock.Kind]struct{ ja, en string }{
	timeclock.ClockIn:    {"出勤", "Clock-in"},
	timeclock.BreakStart: {"休憩", "Break"},
	timeclock.BreakEnd:   {"復帰", "Break end"},
	timeclock.ClockOut:   {"退勤", "Clock-out"},
	timeclock.GoOut:      {"外出", "Go out"},
	timeclock.ComeBack:   {"戻り", "Come back"},
	"":                   {"引き金となる言葉", "Trigger words"},
}

// placeJA is where a word stands, for people.
func (w word) placeJA() string {
	return fmt.Sprintf("「%s」の%d番目の語句", listNames[w.kind].ja, w.nth+1)
}

func (w word) placeEN() string { return fmt.Sprintf("word %d of %q", w.nth+1, listNames[w.kind].en) }
