package callback

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

const (
	tenant     = "0195f000-0000-7000-8000-00000000000a"
	connection = "0195f000-0000-7000-8000-0000000000c1"
	token      = "dkt_known"
	path       = prefix + token
)

// shelf is an inbox that keeps deliveries in memory.
type shelf struct {
	mu   sync.Mutex
	kept []inbox.Delivery
	put  func(context.Context, inbox.Delivery) error
}

func (s *shelf) Put(ctx context.Context, d inbox.Delivery) error {
	if s.put != nil {
		return s.put(ctx, d)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, d)
	return nil
}

// tally counts by connection.
type tally struct {
	mu                 sync.Mutex
	accepted, unsigned []string
	by                 []Signer
}

func (t *tally) Accepted(_, connection string, by Signer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.accepted, t.by = append(t.accepted, connection), append(t.by, by)
}

func (t *tally) Unsigned(_, connection string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unsigned = append(t.unsigned, connection)
}

func (s *shelf) all() []inbox.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

func newHandler(t *testing.T, store Store) *Handler {
	t.Helper()
	meters, err := NewMeters(nil)
	if err != nil {
		t.Fatal(err)
	}
	table := &Table{}
	endpoint := Endpoint{Tenant: tenant, Connection: connection, Keys: []Key{
		{event.V2, "2000001", secretV2}, {event.V2, "2000001", "retiring"}, {event.V1, "77", secretV1},
	}}
	if err := table.Replace(1, map[TokenHash]Endpoint{sha256.Sum256([]byte(token)): endpoint}, now()); err != nil {
		t.Fatal(err)
	}
	return &Handler{Table: table, Store: store, Tally: &tally{}, Now: now, Log: zap.NewNop(), Meters: meters}
}

func now() time.Time { return time.Date(2026, 11, 23, 0, 0, 5, 0, time.UTC) }

// knock is a correct callback with one thing changed.
func knock(change func(*http.Request)) *http.Request {
	return knockWith(body2A, signature2A, change)
}

func knockWith(body, signature string, change func(*http.Request)) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=UTF-8")
	r.Header.Set("X-WORKS-BotId", "2000001")
	r.Header.Set("X-WORKS-Signature", signature)
	if change != nil {
		change(r)
	}
	return r
}

func answer(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func sized(n int, chunked bool) func(*http.Request) {
	return func(r *http.Request) {
		body := body2A + strings.Repeat(" ", n-len(body2A))
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(n)
		if chunked {
			r.ContentLength = -1
		}
		r.Header.Set("X-WORKS-Signature", sign(secretV2, body))
	}
}

func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func to(path string) func(*http.Request) {
	return func(r *http.Request) { r.URL.Path = path }
}

func TestEveryStatus(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"fine":                        {nil, 200},
		"media type alone":            {header("Content-Type", "application/json"), 200},
		"media type in capitals":      {header("Content-Type", "Application/JSON; charset=utf-8"), 200},
		"exactly 64 KiB":              {sized(maxBody, false), 200},
		"exactly 64 KiB, no length":   {sized(maxBody, true), 200},
		"one byte more":               {sized(maxBody+1, false), 413},
		"one byte more, no length":    {sized(maxBody+1, true), 413},
		"second live secret":          {header("X-WORKS-Signature", sign("retiring", body2A)), 200},
		"unknown token":               {to(prefix + "dkt_other"), 401},
		"no signature":                {header("X-WORKS-Signature"), 401},
		"wrong signature":             {header("X-WORKS-Signature", sign("guess", body2A)), 401},
		"signature twice":             {header("X-WORKS-Signature", signature2A, signature2A), 401},
		"no bot":                      {header("X-WORKS-BotId"), 401},
		"foreign bot":                 {header("X-WORKS-BotId", "2000002"), 401},
		"bot twice":                   {header("X-WORKS-BotId", "2000001", "2000001"), 401},
		"bot of the other version":    {header("X-WORKS-BotId", "77"), 401},
		"no media type":               {header("Content-Type"), 415},
		"form":                        {header("Content-Type", "application/x-www-form-urlencoded"), 415},
		"like JSON":                   {header("Content-Type", "application/jsonx"), 415},
		"media type twice":            {header("Content-Type", "application/json", "application/json"), 415},
		"broken media type":           {header("Content-Type", "application/json; charset"), 415},
		"GET":                         {func(r *http.Request) { r.Method = http.MethodGet }, 405},
		"HEAD":                        {func(r *http.Request) { r.Method = http.MethodHead }, 405},
		"GET with unknown token":      {func(r *http.Request) { r.Method, r.URL.Path = http.MethodGet, prefix+"x" }, 405},
		"no token":                    {to(prefix), 404},
		"below the token":             {to(path + "/x"), 404},
		"another path":                {to("/"), 404},
		"health is on another port":   {to("/healthz"), 404},
		"path that is almost the one": {to("/" + path), 404},
	} {
		t.Run(name, func(t *testing.T) {
			var s shelf
			got := answer(newHandler(t, &s), knock(c.change))
			if got.StatusCode != c.status || got.Header.Get("Content-Length") != "0" {
				t.Errorf("status %d, length %q", got.StatusCode, got.Header.Get("Content-Length"))
			}
			if stored := len(s.all()); stored != map[bool]int{true: 1}[c.status == 200] {
				t.Errorf("stored %d", stored)
			}
			if (c.status == 405) != (got.Header.Get("Allow") == "POST") {
				t.Errorf("Allow %q", got.Header.Get("Allow"))
			}
		})
	}
}

func TestVectorsThroughTheDoor(t *testing.T) {
	var s shelf
	h := newHandler(t, &s)
	for name, v := range positive {
		r := knockWith(v.body, v.signature, func(r *http.Request) {
			if v.secret == secretV1 {
				r.Header.Del("X-WORKS-BotId")
				r.Header.Set("x-works-botno", "77")
			}
		})
		if got := answer(h, r).StatusCode; got != 200 {
			t.Errorf("%s: %d", name, got)
		}
	}
	stored := len(s.all())
	for name, v := range negative {
		if got := answer(h, knockWith(v.body, v.signature, nil)).StatusCode; got != 401 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if stored != len(positive) || len(s.all()) != stored {
		t.Errorf("stored %d, then %d", stored, len(s.all()))
	}
}

func TestOneKindOf401(t *testing.T) {
	h := newHandler(t, &shelf{})
	want := headersOf(answer(h, knock(to(prefix+"dkt_other"))))
	for name, change := range map[string]func(*http.Request){
		"signature": header("X-WORKS-Signature", "x"), "no signature": header("X-WORKS-Signature"),
		"bot": header("X-WORKS-BotId", "x"), "no bot": header("X-WORKS-BotId"),
	} {
		got := answer(h, knock(change))
		if body, _ := io.ReadAll(got.Body); len(body) > 0 {
			t.Errorf("%s: body %q", name, body)
		}
		if diff := cmp.Diff(want, headersOf(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func headersOf(r *http.Response) map[string][]string {
	all := map[string][]string{"status": {r.Status}}
	maps.Copy(all, r.Header)
	return all
}

func TestOrderOfChecks(t *testing.T) {
	nothingRight := func(r *http.Request) {
		sized(maxBody+1, false)(r)
		r.Method = http.MethodPut
		r.URL.Path = prefix + "unknown"
		r.Header = http.Header{}
	}
	repairs := []struct {
		repair func(*http.Request)
		status int
	}{
		{func(*http.Request) {}, 405},
		{func(r *http.Request) { r.Method = http.MethodPost }, 415},
		{header("Content-Type", "application/json"), 413},
		{sized(maxBody, true), 401},
		{to(path), 401},
		{header("X-WORKS-BotId", "2000001"), 200},
	}
	h := newHandler(t, &shelf{})
	for i := range repairs {
		r := knock(nothingRight)
		for _, done := range repairs[:i+1] {
			done.repair(r)
		}
		if got := answer(h, r).StatusCode; got != repairs[i].status {
			t.Errorf("after %d repairs: %d, want %d", i, got, repairs[i].status)
		}
	}
}

func TestOurFaultIs503(t *testing.T) {
	full := &shelf{put: func(context.Context, inbox.Delivery) error { return inbox.ErrOverloaded }}
	keyless := newHandler(t, &shelf{})
	if err := keyless.Table.Replace(2, map[TokenHash]Endpoint{sha256.Sum256([]byte(token)): {Tenant: tenant, Connection: connection}}, now()); err != nil {
		t.Fatal(err)
	}
	for name, h := range map[string]*Handler{
		"not stored": newHandler(t, full),
		"no keys":    keyless,
		"not loaded": {Table: &Table{}, Store: &shelf{}, Tally: &tally{}, Now: now, Log: zap.NewNop(), Meters: newHandler(t, full).Meters},
	} {
		got := answer(h, knock(nil))
		if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != "2" {
			t.Errorf("%s: %d, Retry-After %q", name, got.StatusCode, got.Header.Get("Retry-After"))
		}
	}
}

func TestAStoreThatHangsIs503InTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := &shelf{put: func(ctx context.Context, _ inbox.Delivery) error { <-ctx.Done(); return ctx.Err() }}
		began := time.Now()
		if got := answer(newHandler(t, hangs), knock(nil)).StatusCode; got != 503 || time.Since(began) > 3*time.Second {
			t.Errorf("%d after %s", got, time.Since(began))
		}
	})
}

func TestABodyThatBreaksOffIsNotStored(t *testing.T) {
	var s shelf
	broken := func(r *http.Request) {
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader(body2A), failing{}))
		r.ContentLength = -1
	}
	if got := answer(newHandler(t, &s), knock(broken)).StatusCode; got != 400 || len(s.all()) != 0 {
		t.Errorf("status %d, stored %d", got, len(s.all()))
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestACallerThatLeavesAfterItsBodyIsStored(t *testing.T) {
	var s shelf
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	s.put = func(ctx context.Context, _ inbox.Delivery) error { return ctx.Err() }
	if got := answer(newHandler(t, &s), knock(nil).WithContext(gone)).StatusCode; got != 200 {
		t.Errorf("%d", got)
	}
}

func TestSignedButOddIsQuarantined(t *testing.T) {
	for name, c := range map[string]struct{ body, reason string }{
		"empty":     {"", "UNREADABLE_JSON"},
		"duplicate": {`{"type":"message","type":"message"}`, "DUPLICATE_KEY"},
		"not UTF-8": {"\xff", "NOT_UTF8"},
	} {
		t.Run(name, func(t *testing.T) {
			var s shelf
			if got := answer(newHandler(t, &s), knockWith(c.body, sign(secretV2, c.body), nil)).StatusCode; got != 200 {
				t.Fatal(got)
			}
			d := s.all()[0]
			if d.Quarantine != c.reason || d.Key != event.RawKey(tenant, "2000001", []byte(c.body)) {
				t.Errorf("%+v", d)
			}
		})
	}
}

// What the clock of this process says makes no difference to what is stored: whether an
// event is from the future is told where the database's time is at hand.
func TestTheDoorJudgesNoTimeByItsOwnClock(t *testing.T) {
	for _, wrong := range []time.Duration{-24 * time.Hour, -10 * time.Minute, 10 * time.Minute, 24 * time.Hour} {
		var right, off shelf
		answer(newHandler(t, &right), knock(nil))
		h := newHandler(t, &off)
		h.Now = func() time.Time { return now().Add(wrong) }
		answer(h, knock(nil))
		if !reflect.DeepEqual(off.all(), right.all()) {
			t.Errorf("%s: %+v", wrong, off.all())
		}
	}
}

func TestDeliveryTellsVersionAndKey(t *testing.T) {
	var s shelf
	answer(newHandler(t, &s), knock(nil))
	d := s.all()[0]
	if d.Tenant != tenant || d.Connection != connection || d.Version != event.V2 || !bytes.Equal(d.Body, []byte(body2A)) ||
		d.Key != event.KeyOf(tenant, "2000001", d.Event) || d.Event.Text != "出勤 🙂" {
		t.Errorf("%+v", d)
	}
}

func TestLogsHoldNoTokenAndNoBody(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	h := newHandler(t, &shelf{put: func(context.Context, inbox.Delivery) error { return errors.New("away") }})
	h.Log = zap.New(core)
	answer(h, knock(nil))
	if logs.Len() != 1 {
		t.Fatalf("%d lines", logs.Len())
	}
	for _, field := range logs.All()[0].Context {
		for _, secret := range []string{token, "出勤", secretV2, "84bfefa1", signature2A} {
			if strings.Contains(field.String, secret) {
				t.Errorf("%s holds %s", field.Key, secret)
			}
		}
	}
}
