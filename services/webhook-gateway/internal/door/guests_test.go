package door

import (
	"errors"
	"io"
	"net/http"
	"os"
	"testing"
	"time"
)

// closed tells whether a door ends a connection at once.
func (v *visitor) closed(t *testing.T) bool {
	t.Helper()
	_ = v.conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond)) // below the limit for headers
	_, err := v.read.ReadByte()
	_ = v.conn.SetReadDeadline(time.Time{})
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// A door whose every place is taken by connections that ask nothing answers a new one.
func TestWhoAsksNothingMakesRoom(t *testing.T) {
	addr, end := open(t, Door{Handler: http.NotFoundHandler(), Most: 4})
	old := dial(t, addr)
	old.ask(t)
	var silent []*visitor
	for range 12 {
		one := dial(t, addr)
		_, _ = io.WriteString(one.conn, "GET / HT")
		silent = append(silent, one)
	}
	fresh := dial(t, addr)
	if got := fresh.ask(t); got.StatusCode != http.StatusNotFound {
		t.Error("a new connection is not answered")
	}
	for _, gone := range silent[:10] {
		if !gone.closed(t) {
			t.Fatal("there are more connections than the door has room for")
		}
	}
	for name, kept := range map[string]*visitor{"idle": old, "new": fresh} {
		if got := kept.ask(t); got.StatusCode != http.StatusNotFound {
			t.Errorf("the %s one had to leave before those that never asked", name)
		}
	}
	if silent[11].closed(t) {
		t.Error("the youngest had to leave")
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// What is being answered is never ended; whoever comes meanwhile has no place.
func TestWhoIsAnsweredStays(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	addr, end := open(t, Door{Most: 2, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { entered <- struct{}{}; <-leave })})
	answers := make(chan int, 2)
	for range 2 {
		one := dial(t, addr)
		go func() { answers <- one.ask(t).StatusCode }()
		<-entered
	}
	if third := dial(t, addr); !third.closed(t) {
		t.Error("a third connection is kept")
	}
	close(leave)
	for range 2 {
		if got := <-answers; got != http.StatusOK {
			t.Errorf("an answer under way: %d", got)
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestRoomIsBounded(t *testing.T) {
	if room := Room(); room < 64 || room > most {
		t.Errorf("room for %d connections", room)
	}
}
