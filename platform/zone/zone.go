// Package zone finds the time zones that a company may choose.
package zone

import (
	"fmt"
	"strings"
	"time"
)

// Load finds a time zone by its name in the IANA database, such as "Asia/Tokyo". An error names what is none, and what
// the database has besides and no record may go by: names without a place, which mean another zone on each machine, and
// those that count leap seconds and so are 27 seconds off. Zones of records that are stored are read with
// time.LoadLocation: what was once chosen stays readable.
func Load(name string) (*time.Location, error) {
	switch area, _, _ := strings.Cut(name, "/"); area {
	case "", "Local", "localtime", "posixrules", "Factory", "posix", "right":
		return nil, fmt.Errorf("%q is no time zone of a place", name)
	}
	return time.LoadLocation(name)
}
