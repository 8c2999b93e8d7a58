// Package zone finds the time zones that a company may choose.
package zone

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Load finds a time zone by its name in the IANA database, such as "Asia/Tokyo". An error names what is none: other
// spellings of a name, which another machine does not find; what means another zone on each machine, such as
// "localtime"; and the copies of the database under "posix" and "right", of which the latter count leap seconds and are
// 27 seconds off. Zones of records that are stored are read with time.LoadLocation: what was once chosen stays readable.
func Load(name string) (*time.Location, error) {
	area, _, _ := strings.Cut(name, "/")
	switch area {
	case ".", "Local", "localtime", "posixrules", "Factory", "posix", "right":
		return nil, fmt.Errorf("%q is no name of a time zone", name)
	}
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("%q is no name of a time zone", name)
	}
	return time.LoadLocation(name)
}
