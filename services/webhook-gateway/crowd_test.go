package gateway_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// limited is a program that may have only so many files open.
func limited(t *testing.T, path string, files int) string {
	t.Helper()
	script := filepath.Join(t.TempDir(), "limited")
	if err := os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nulimit -n %d\nexec %s \"$@\"\n", files, path), 0o700); err != nil {
		t.Fatal(err)
	}
	return script
}

// crowds are the beginnings of connections that only cost room: of one that never ends its
// headers, one that never ends its body, and one that has asked for what is not there.
var crowds = []string{
	"POST /v1/lineworks/attendance/x HTTP/1.1\r\nHost: ",
	"POST /v1/lineworks/attendance/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
	"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
}

// crowd opens connections that begin alike and then say nothing.
func (c *child) crowd(t *testing.T, n int, begin string) {
	t.Helper()
	door, err := url.Parse(c.url)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		conn, err := net.Dial("tcp", door.Host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_, _ = io.WriteString(conn, begin)
	}
}

// most is how many files a door has open, connections among them, at the worst moment of the next.
func (c *child) most(t *testing.T) (most int) {
	t.Helper()
	for range 50 {
		files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", c.cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(files))
		time.Sleep(10 * time.Millisecond)
	}
	return most
}

// A door that may open few files keeps some of them from connections that say nothing, however
// many come, answers among them, and stores what it answers 200, without its database, too.
func TestACrowdKeepsNobodyOut(t *testing.T) {
	const files = 256
	s := newSpooling(t)
	door := s.spawn(t, limited(t, armable(t), files), "")
	answered := func() {
		t.Helper()
		for _, begin := range crowds {
			door.crowd(t, 2*files, begin)
			if n := door.most(t); n > files*3/4 {
				t.Errorf("%d of %d files are open", n, files)
			}
			s.sent++
			if status, err := door.post(numbered(s.sent), doorSecret); status != 200 {
				t.Fatalf("event %d: %d, %v", s.sent, status, err)
			}
		}
	}
	answered()
	s.stop()
	answered()
	s.start()
	s.arrived(t)
}
