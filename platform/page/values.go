package page

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// The readers of a token's values take the one form in which we write them.
// Lenient readers take more, such as urn:uuid: before an id, of which PostgreSQL
// refuses some: that would look like a fault of ours. Each gives Invalid for
// anything else.

// ID reads an id: a UUID of 36 characters in lower case.
func ID(at string) (string, error) {
	id, err := uuid.Parse(at)
	if err != nil || id.String() != at {
		return "", Invalid()
	}
	return at, nil
}

// Moment reads a time of RFC 3339 as time.RFC3339Nano writes it.
func Moment(at string) (time.Time, error) {
	moment, err := time.Parse(time.RFC3339Nano, at)
	if err != nil || moment.Format(time.RFC3339Nano) != at || moment.Year() < 1 {
		return time.Time{}, Invalid()
	}
	return moment, nil
}

// Number reads a positive decimal number.
func Number(at string) (int64, error) {
	number, err := strconv.ParseInt(at, 10, 64)
	if err != nil || number <= 0 || strconv.FormatInt(number, 10) != at {
		return 0, Invalid()
	}
	return number, nil
}
