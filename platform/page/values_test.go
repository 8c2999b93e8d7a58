package page

import (
	"strconv"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

const id = "0195f000-0000-7000-8000-0000000000ab"

func TestValuesHaveOneForm(t *testing.T) {
	read := map[string]func(string) error{
		"id":     func(at string) error { _, err := ID(at); return err },
		"moment": func(at string) error { _, err := Moment(at); return err },
		"number": func(at string) error { _, err := Number(at); return err },
	}
	good := map[string][]string{
		"id":     {id},
		"moment": {"2026-11-23T00:00:00Z", "2026-11-23T00:00:00.001Z", "2026-11-23T09:00:00+09:00"},
		"number": {"1", "9223372036854775807"},
	}
	bad := map[string][]string{
		"id": {
			"", "x", "urn:uuid:" + id, "{" + id + "}", "0195F000-0000-7000-8000-0000000000AB", "0195f000000070008000000000000000",
			id + " ", "[" + id + "]", "0195f000-0000-7000-8000-0000000000a", "\uff10195f000-0000-7000-8000-0000000000ab",
		},
		"moment": {"", "x", "now", "infinity", "2026-11-23", "2026-11-23T00:00:00,5Z", "2026-11-23T00:00:00.500Z", "2026-11-23T00:00:00.0Z", "0000-01-01T00:00:00Z", "12026-11-23T00:00:00Z"},
		"number": {"", "x", "0", "-1", "+1", "01", " 1", "1e3", "9223372036854775808"},
	}
	for kind, values := range good {
		for _, at := range values {
			if err := read[kind](at); err != nil {
				t.Errorf("%s %q: %v", kind, at, err)
			}
		}
	}
	for kind, values := range bad {
		for _, at := range values {
			if err := read[kind](at); !fault.HasReason(err, "PAGE_TOKEN_INVALID") {
				t.Errorf("%s %q: %v", kind, at, err)
			}
		}
	}
}

// What is taken is what would be written again, byte by byte.
func FuzzValues(f *testing.F) {
	for _, at := range []string{id, "{" + id + "}", "2026-11-23T00:00:00.001Z", "17"} {
		f.Add(at)
	}
	f.Fuzz(func(t *testing.T, at string) {
		if got, err := ID(at); err == nil && got != at {
			t.Errorf("id %q", at)
		}
		if got, err := Moment(at); err == nil && got.Format(time.RFC3339Nano) != at {
			t.Errorf("moment %q", at)
		}
		if got, err := Number(at); err == nil && strconv.FormatInt(got, 10) != at {
			t.Errorf("number %q", at)
		}
	})
}
