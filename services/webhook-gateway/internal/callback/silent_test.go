package callback

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/dakoku/dakoku/platform/zaplog"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/door"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// journal collects log lines.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// talk sends raw bytes to a door at the debug level and returns all answers and
// all that was logged until the door was closed.
func talk(t *testing.T, store Store, raw string) (answers, logged string) {
	t.Helper()
	lines := &journal{}
	log, err := zaplog.New(zaplog.Config{Level: "debug", Output: lines})
	if err != nil {
		t.Fatal(err)
	}
	h := newHandler(t, store)
	h.Log = log
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- door.Door{Handler: h, Log: log}.Serve(ctx, lis) }()
	conn, err := net.Dial("tcp", lis.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	all, _ := io.ReadAll(conn) // whatever it is, also a reset
	_ = conn.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	return string(all), lines.String()
}

// Whatever goes wrong, in the request, in the server or in us, the token of the
// URL, the body and what a panic says about them reach no log and no answer.
func TestNothingOfACallbackReachesALog(t *testing.T) {
	whole := head(signature2A, fmt.Sprintf("content-length: %d", len(body2A))) + body2A
	breaks := &shelf{put: func(_ context.Context, d inbox.Delivery) error { panic(path + " " + string(d.Body)) }}
	strays := &shelf{put: func(_ context.Context, d inbox.Delivery) error { _ = d.Body[len(d.Body)]; return nil }}
	for name, c := range map[string]struct {
		store  Store
		raw    string
		status string
	}{
		"accepted":          {&shelf{}, whole, "200"},
		"a panic":           {breaks, whole, "503"},
		"a panic of Go":     {strays, whole, "503"},
		"two panics":        {breaks, whole + whole, "503"},
		"no HTTP version":   {&shelf{}, "POST " + path + "\r\n\r\n", "400"},
		"no such version":   {&shelf{}, strings.Replace(whole, "HTTP/1.1", "HTTP/9.9", 1), "505"},
		"a bad header":      {&shelf{}, strings.Replace(whole, "host:", "x y: "+token+"\r\nhost:", 1), "400"},
		"two lengths":       {&shelf{}, strings.Replace(whole, "host:", "content-length: 1\r\nhost:", 1), "400"},
		"a query with ;":    {&shelf{}, strings.Replace(whole, " HTTP/1.1", "?a="+token+";b HTTP/1.1", 1), "200"},
		"a bad escape":      {&shelf{}, strings.Replace(whole, " HTTP/1.1", "%zz HTTP/1.1", 1), "400"},
		"another token":     {&shelf{}, strings.Replace(whole, path, path+"x", 1), "401"},
		"a body cut short":  {&shelf{}, whole[:len(whole)-9], "400"},
		"another method":    {&shelf{}, strings.Replace(whole, "POST", "PROPFIND", 1), "405"},
		"no host":           {&shelf{}, strings.Replace(whole, "host: door\r\n", "", 1), "400"},
		"TLS where none is": {&shelf{}, "\x16\x03\x01\x02" + path + "\r\n\r\n", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			answers, logged := talk(t, c.store, c.raw)
			if !strings.HasPrefix(answers, "HTTP/1.1 "+c.status) {
				t.Errorf("answered %.40q, want %s", answers, c.status)
			}
			for _, secret := range []string{token, "出勤", "84bfefa1", secretV2, signature2A, "2026-11-23T00:00:00.123Z"} {
				if strings.Contains(answers+logged, secret) {
					t.Errorf("%q is in\n%s\n%s", secret, answers, logged)
				}
			}
			if panicked := c.status == "503"; panicked != strings.Contains(logged, "callback panicked") {
				t.Errorf("logged: %s", logged)
			}
		})
	}
}

// A panic is answered as our fault and counted, and the connection is good for
// the next callback.
func TestAPanicIsOurFault(t *testing.T) {
	first := true
	var kept shelf
	s := &shelf{put: func(ctx context.Context, d inbox.Delivery) error {
		if first {
			first = false
			panic("x")
		}
		return kept.Put(ctx, d)
	}}
	w := dialWire(t, s)
	for _, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		w.say(t, head(signature2A, fmt.Sprintf("content-length: %d", len(body2A)))+body2A)
		if r := w.hear(t); r.StatusCode != want || r.ContentLength != 0 || (want == 503) != (r.Header.Get("Retry-After") == "2") {
			t.Errorf("%d, want %d: %v", r.StatusCode, want, r.Header)
		}
	}
}
