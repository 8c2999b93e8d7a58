//go:build !failpoints

package failpoint

import "time"

// Now is time.Now: the program was built without the tag failpoints.
func Now() time.Time { return time.Now() }
