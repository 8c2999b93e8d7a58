package identity

import (
	"slices"
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

// A zone that nobody may choose any more stays with whoever has it, and keeps nobody from changing something else.
func TestAZoneThatIsKeptIsNotJudgedAnew(t *testing.T) {
	o := Organization{Name: "本社", TimeZone: "posix/Asia/Tokyo", Locale: "ja", ClosingDay: 31}
	for kept, refused := range map[string]bool{"": true, "Asia/Tokyo": true, "posix/Asia/Tokyo": false} {
		bad := o.faults(kept)
		if got := slices.ContainsFunc(bad, func(f fault.Field) bool { return f.Reason == "TIME_ZONE_UNKNOWN" }); got != refused || len(bad) > 1 {
			t.Errorf("kept %q: %v", kept, bad)
		}
	}
}
