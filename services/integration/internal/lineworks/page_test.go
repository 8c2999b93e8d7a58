package lineworks

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// A page is never read, whatever it says and whatever its status; a good status
// from something in between is no success.
func TestPagesAreNeverRead(t *testing.T) {
	const stranger = "NOT_LINE_WORKS"
	for status, want := range map[int]struct {
		class Class
		code  string
	}{
		200: {Ambiguous, stranger}, 201: {Ambiguous, stranger}, 502: {Ambiguous, "HTTP_502"}, 504: {Ambiguous, "HTTP_504"},
		302: {Temporary, stranger}, 400: {Temporary, stranger}, 401: {Temporary, stranger}, 403: {Temporary, stranger}, 404: {Temporary, stranger},
		407: {Temporary, stranger}, 410: {Temporary, stranger}, 429: {RateLimited, stranger}, 500: {Ambiguous, "HTTP_500"}, 503: {Temporary, "HTTP_503"},
	} {
		client, _ := far(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "Text/HTML; charset=UTF-8")
			w.Header().Set("Date", "Tue, 24 Nov 2015 00:00:00 GMT")
			for name, value := range map[string]string{"rateLimit-limit": "1", "rateLimit-remaining": "0", "rateLimit-reset": "60"} {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"code":"USER_NOT_EXIST","email":"a@x","access_token":"t"}`)
		})
		rate, err := client.Send(t.Context(), setV2(t), "at", Message{User: "u"})
		if f := FailureOf(err); err == nil || f.Class != want.class || f.Code != want.code || f.Absent != Unclear {
			t.Errorf("%d: %v", status, err)
		}
		if _, known := client.Skew(); known || rate != (Rate{}) {
			t.Errorf("%d: a time or a limit of something else is believed: %+v", status, rate)
		}
		if _, err := client.Token(t.Context(), setV2(t)); err == nil || FailureOf(err).Keys || FailureOf(err).Class != Temporary && status != 429 {
			t.Errorf("%d for a token: %v", status, err)
		}
		if who, _, err := client.Person(t.Context(), "at", "u"); err == nil || FailureOf(err).Class == Ambiguous {
			t.Errorf("%d: %+v, %v", status, who, err)
		}
	}
}

// No redirect is followed, by no call: the token would go along.
func TestRedirectsAreNeverFollowed(t *testing.T) {
	var paths []string
	for status := 301; status <= 308; status++ {
		client, server := far(t, func(w http.ResponseWriter, r *http.Request) {
			paths = append(paths, r.URL.Path)
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, strings.Repeat("x", 100))
		})
		_, sending := client.Send(t.Context(), setV2(t), "at", Message{User: "u"})
		_, fetching := client.Token(t.Context(), setV2(t))
		_, _, looking := client.Bot(t.Context(), setV2(t), "at")
		for _, err := range []error{sending, fetching, looking} {
			if f := FailureOf(err); err == nil || f.Class != Temporary || f.Status != status {
				t.Errorf("%d: %v", status, err)
			}
		}
		server.Close()
	}
	for _, path := range paths {
		if path == "/elsewhere" {
			t.Fatal("followed")
		}
	}
	if len(paths) != 3*8 {
		t.Errorf("%d calls", len(paths))
	}
}
