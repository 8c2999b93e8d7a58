package admin

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// oneScreen is a console with one screen.
type oneScreen struct{ http.Handler }

func (oneScreen) Serves(path string) bool { return path == "/" }
func (oneScreen) IsPage(path string) bool { return path == "/" }
func (oneScreen) Lost(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "lost", http.StatusNotFound)
}

// Whatever fails unexpectedly is answered without a word of the request, and every
// request has an end, a report a later one.
func TestARequestThatFailsOrNeverEnds(t *testing.T) {
	meters, err := newMeters(nil)
	if err != nil {
		t.Fatal(err)
	}
	core, logged := observer.New(zapcore.DebugLevel)
	compress, err := newCompressor()
	if err != nil {
		t.Fatal(err)
	}
	e := &Edge{cfg: Config{Console: oneScreen{}, Log: zap.New(core)}, meters: meters, compress: compress}
	var left time.Duration
	h := through(e.everyRequest(), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		deadline, _ := r.Context().Deadline()
		left = time.Until(deadline)
		panic("CANARY")
	}))
	for path, most := range map[string]time.Duration{"/v1/x": requestBudget, reportPath: downloadBudget} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", path, http.NoBody))
		if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), `"INTERNAL"`) || strings.Contains(w.Body.String(), "CANARY") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if left <= 0 || left > most {
			t.Errorf("%s has %s", path, left)
		}
	}
	for _, entry := range logged.All() {
		for _, field := range entry.Context {
			if strings.Contains(field.String, "CANARY") {
				t.Errorf("%s: %v", entry.Message, field)
			}
		}
	}
}

// Who asked and has left is no failure of ours; whoever still waits is told of one, and so is the log.
func TestWhoeverLeftIsNoError(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want zapcore.Level
	}{
		"left":     {context.WithCancel, zapcore.DebugLevel},
		"too long": {func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, 0) }, zapcore.ErrorLevel},
	} {
		core, logged := observer.New(zapcore.DebugLevel)
		ctx, end := c.end(t.Context())
		end()
		w := httptest.NewRecorder()
		(&Edge{cfg: Config{Log: zap.New(core)}}).unidentified(w, httptest.NewRequestWithContext(ctx, "GET", "/v1/session", http.NoBody), ctx.Err())
		if all := logged.All(); len(all) != 1 || all[0].Level != c.want || w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d, %v", name, w.Code, all)
		}
	}
}

func TestLanguages(t *testing.T) {
	for header, want := range map[string]string{
		"": "ja", "ja": "ja", "en": "en", "en-GB,en;q=0.9": "en", "fr": "ja", "fr, en;q=0.1": "en", "ja;q=0.1, en;q=0.9": "en", "en;q=0, ja": "ja", "\xff": "ja", "*": "ja",
		"en" + strings.Repeat(", en", 49): "en", "en" + strings.Repeat(", en", 50): "ja", // what takes long to read is not read
	} {
		if got := Language(&http.Request{Header: http.Header{"Accept-Language": {header}}}); got != want {
			t.Errorf("%.40q: %s", header, got)
		}
	}
}

// What a page token belongs to has one spelling: nothing can be moved from one
// part into the next.
func TestAListIsLikeNoOther(t *testing.T) {
	seen := map[string]string{}
	for _, tenant := range []string{"t", "tO"} {
		for _, op := range []string{"O", "OP"} {
			for _, address := range []string{"/a", "/ab", "/a?b=c", "/a?bc=", "/a?b=c&d=", "/a?b=cd", "/a?b=c&b=d", "/a?b=d&b=c", "/a?b=&c=d", "/a/b", "/a?employee=1&kind=2", "/a?employee=1k&ind=2"} {
				u, err := url.Parse(address)
				if err != nil {
					t.Fatal(err)
				}
				key, name := string(listOf(tenant, &contract.Operation{ID: op}, u)), tenant+" "+op+" "+address
				if other, known := seen[key]; known {
					t.Errorf("%s is %s", name, other)
				}
				seen[key] = name
			}
		}
	}
	with, _ := url.Parse("/a?pageSize=7&pageToken=x&b=c")
	if _, known := seen[string(listOf("t", &contract.Operation{ID: "O"}, with))]; !known {
		t.Error("the size of a page or the token itself changes what it belongs to")
	}
}
