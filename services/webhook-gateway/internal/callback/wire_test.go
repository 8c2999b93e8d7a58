package callback

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/door"
)

// wire serves the handler on a real connection and talks to it byte by byte.
type wire struct {
	net.Conn
	answers *bufio.Reader
}

func dialWire(t *testing.T, store Store) *wire {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- door.Door{Handler: newHandler(t, store), Log: zap.NewNop()}.Serve(ctx, lis) }()
	conn, err := net.Dial("tcp", lis.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &wire{conn, bufio.NewReader(conn)}
}

// head is a correct request head with lower-case names, up to the framing of its body.
func head(signature, framing string) string {
	return "POST " + path + " HTTP/1.1\r\nhost: door\r\ncontent-type: application/json\r\nx-works-botid: 2000001\r\n" +
		"x-works-signature: " + signature + "\r\n" + framing + "\r\n\r\n"
}

func (w *wire) say(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}

func (w *wire) hear(t *testing.T) *http.Response {
	t.Helper()
	r, err := http.ReadResponse(w.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheAnswerOnTheWire(t *testing.T) {
	w := dialWire(t, &shelf{})
	for range 2 { // the connection is kept
		w.say(t, head(signature2A, fmt.Sprintf("content-length: %d", len(body2A)))+body2A)
		r := w.hear(t)
		if r.StatusCode != http.StatusOK || r.ContentLength != 0 || r.Close || len(r.TransferEncoding) > 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestChunksAreCountedToo(t *testing.T) {
	for length, want := range map[int]int{maxBody: 200, maxBody + 1: 413} {
		body := body2A + strings.Repeat(" ", length-len(body2A))
		w := dialWire(t, &shelf{})
		w.say(t, head(sign(secretV2, body), "transfer-encoding: chunked"))
		w.say(t, fmt.Sprintf("64\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", body[:100], length-100, body[100:]))
		if r := w.hear(t); r.StatusCode != want || r.ContentLength != 0 {
			t.Errorf("%d bytes: %d", length, r.StatusCode)
		}
	}
}

func TestACallerThatBreaksOffStoresNothing(t *testing.T) {
	var s shelf
	w := dialWire(t, &s)
	w.say(t, head(signature2A, fmt.Sprintf("content-length: %d", len(body2A)+1))+body2A)
	tcp, ok := w.Conn.(*net.TCPConn)
	if !ok {
		t.Fatal("not TCP")
	}
	if err := tcp.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if r := w.hear(t); r.StatusCode != http.StatusBadRequest || len(s.all()) != 0 {
		t.Errorf("%d, stored %d", r.StatusCode, len(s.all()))
	}
}

func TestAHugeHeadIsRefused(t *testing.T) {
	w := dialWire(t, &shelf{})
	w.say(t, head(signature2A, "x: "+strings.Repeat("x", 32<<10)+"\r\ncontent-length: 0"))
	if r := w.hear(t); r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(r.Status)
	}
}
