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
	if err := end(); err != nil {
		t.Error(err)
	}
}

// Who has asked before, and who never ends what is asked, makes room as well; a few that say
// nothing do not stand behind many that have asked.
func TestWhoWaitsMakesRoom(t *testing.T) {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); http.NotFound(w, r) })
	for name, crowd := range map[string]func(*visitor){
		"asked once": func(v *visitor) { v.ask(t) },
		"sends no body": func(v *visitor) {
			_, _ = io.WriteString(v.conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
		},
		"sends half a body": func(v *visitor) {
			_, _ = io.WriteString(v.conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
		},
	} {
		t.Run(name, func(t *testing.T) {
			addr, end := open(t, Door{Handler: read, Most: 8})
			var all []*visitor
			for range 24 {
				one := dial(t, addr)
				crowd(one)
				all = append(all, one)
			}
			slow, fresh := dial(t, addr), dial(t, addr)
			for who, one := range map[string]*visitor{"new": fresh, "late": slow} {
				if got := one.ask(t); got.StatusCode != http.StatusNotFound {
					t.Errorf("the %s one is not answered", who)
				}
			}
			for _, gone := range all[:16] {
				if !gone.closed(t) {
					t.Fatal("there are more connections than the door has room for")
				}
			}
			for _, one := range all {
				_ = one.conn.Close() // or the end would wait for what they began
			}
			if err := end(); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is being answered is never ended; whoever comes meanwhile has no place.
func TestWhoIsAnsweredStays(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		entered <- struct{}{}
		<-leave
	})
	addr, end := open(t, Door{Most: 2, Handler: slow})
	answers := make(chan int, 2)
	for _, what := range []string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"} {
		one := dial(t, addr)
		_, _ = io.WriteString(one.conn, what)
		go func() { answers <- one.hear(t, nil).StatusCode }()
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
	if half, quarter := Room(2), Room(4); quarter < 64 || half < quarter || half > most {
		t.Errorf("room for %d and %d connections", half, quarter)
	}
}
