//go:build failpoints

package failpoint

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// clock is what makes the clock of a process wrong.
const clock = "FAILPOINTS_CLOCK"

// offset is read once: the clock of a process is wrong for its whole life.
var offset = sync.OnceValue(func() time.Duration {
	text := os.Getenv(clock)
	if text == "" {
		return 0
	}
	off, err := time.ParseDuration(text)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %q is no duration, such as -10m or 24h\n", clock, text)
		os.Exit(2)
	}
	return off
})

// Now is the time of day that the process is made to believe in.
func Now() time.Time { return time.Now().Add(offset()) }
