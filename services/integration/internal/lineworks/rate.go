package lineworks

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// most is more calls a minute than any platform allows; a header may say anything.
const most = 1e6

// maxReset is the longest rest a rate limit can ask for.
const maxReset = 10 * time.Minute

// API is one of those of LINE WORKS, which counts the calls to each by itself.
type API string

// The APIs whose calls are budgeted.
const (
	Messages  API = "messages" // sending
	People    API = "users"    // looking one person up
	Directory API = "members"  // the pages of all people
	Bots      API = "bots"     // looking a bot up
)

// Rate is what an answer said about the limit of its API. The zero value: nothing.
type Rate struct {
	Limit     int           // calls a minute
	Remaining int           // calls left until Reset has passed
	Reset     time.Duration // at most ten minutes
}

// rateOf reads the rateLimit headers, however they are spelled; the zero value
// unless all three are there and make sense.
func rateOf(h http.Header) Rate {
	limit, remaining := numberIn(h, "limit"), numberIn(h, "remaining")
	after := reset(h)
	if limit < 1 || remaining < 0 || after == 0 {
		return Rate{}
	}
	return Rate{Limit: int(min(limit, most)), Remaining: int(min(remaining, limit, most)), Reset: after}
}

// reset reads how long a rate limit lasts. Zero when the platform does not say;
// never more than ten minutes.
func reset(h http.Header) time.Duration {
	seconds := numberIn(h, "reset")
	if seconds < 0 {
		seconds = number(h.Get("Retry-After"))
	}
	return time.Duration(min(max(seconds, 0), maxReset.Seconds()) * float64(time.Second))
}

// numberIn reads one rate-limit header under either of its names; -1 when it is
// absent or no number. Headers are the same in any case of letters.
func numberIn(h http.Header, member string) float64 {
	if n := number(h.Get("rateLimit-" + member)); n >= 0 {
		return n
	}
	return number(h.Get("X-RateLimit-" + member))
}

func number(text string) float64 {
	if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && n >= 0 {
		return n
	}
	return -1
}
