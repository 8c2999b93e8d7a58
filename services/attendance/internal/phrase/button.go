package phrase

import (
	"strings"

	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

const (
	buttonPrefix = "dakoku:"
	buttonStart  = "start"
)

// Button is the value of the button that punches a kind.
func Button(kind timeclock.Kind) string { return buttonPrefix + string(kind) }

// ReadButton reads the value of a pressed button: a punch without phrase or trigger word, or the wish for the
// guide. Any other value is not ours, and ok is false.
func ReadButton(value string) (reading timeclock.Reading, ok bool) {
	if value == buttonStart {
		return timeclock.Reading{Miss: timeclock.MissGuide}, true
	}
	name, ours := strings.CutPrefix(value, buttonPrefix)
	kind := timeclock.Kind(name)
	if !ours || !kind.Valid() {
		return timeclock.Reading{Miss: timeclock.MissPhrase}, false
	}
	return timeclock.Reading{Kind: kind}, true
}
