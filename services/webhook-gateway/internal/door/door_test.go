package door

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"go.uber.org/zap"
)

// open serves until the returned function is called, which waits for the end.
func open(t *testing.T, d Door) (addr string, end func() error) {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.Log = zap.NewNop()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx, lis) }()
	return lis.Addr().String(), func() error { cancel(); return <-ended }
}

func TestClosingTheDoorLetsAnAnswerFinish(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	addr, end := open(t, Door{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(entered); <-leave })})
	answered := make(chan *http.Response, 1)
	go func() { answered <- dial(t, addr).ask(t) }()
	<-entered
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	close(leave)
	if got, err := <-answered, <-ended; got.StatusCode != http.StatusOK || err != nil {
		t.Errorf("%d, %v", got.StatusCode, err)
	}
}

// A door that will close takes new connections and answers on old ones, but each of
// them once only.
func TestALeavingDoorServesAndSendsElsewhere(t *testing.T) {
	leaving := make(chan struct{})
	addr, end := open(t, Door{Handler: http.NotFoundHandler(), Leaving: leaving})
	kept, idle := dial(t, addr), dial(t, addr)
	for range 2 {
		if got := kept.ask(t); got.Close {
			t.Fatal("a connection is ended before its time")
		}
	}
	idle.ask(t)
	close(leaving)
	for name, c := range map[string]*visitor{"kept": kept, "idle": idle, "new": dial(t, addr)} {
		if got := c.ask(t); got.StatusCode != http.StatusNotFound || !got.Close {
			t.Errorf("%s: %d, closing %t", name, got.StatusCode, got.Close)
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestLimitsOfTheServer(t *testing.T) {
	s := Door{Handler: http.NotFoundHandler(), Log: zap.NewNop()}.server()
	if s.ReadHeaderTimeout != 2*time.Second || s.ReadTimeout != 5*time.Second || s.WriteTimeout != 10*time.Second ||
		s.IdleTimeout != time.Minute || s.MaxHeaderBytes != 16<<10 || s.Protocols.HTTP2() || s.Protocols.UnencryptedHTTP2() {
		t.Errorf("%+v", s)
	}
}

// visitor keeps one connection.
type visitor struct {
	conn net.Conn
	read *bufio.Reader
}

func dial(t *testing.T, addr string) *visitor {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &visitor{conn, bufio.NewReader(conn)}
}

// ask sends a request and reads its answer; without one it is an empty answer.
func (v *visitor) ask(t *testing.T) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://door/", http.NoBody)
	if err == nil {
		err = request.Write(v.conn)
	}
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	return v.hear(t, request)
}

// hear reads the answer to a request; without one it is an empty answer.
func (v *visitor) hear(t *testing.T, request *http.Request) *http.Response {
	t.Helper()
	answer, err := http.ReadResponse(v.read, request)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	_ = answer.Body.Close()
	return answer
}
