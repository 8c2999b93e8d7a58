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

// crowd opens connections that begin a request and never end it.
func (c *child) crowd(t *testing.T, n int) {
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
		_, _ = io.WriteString(conn, "POST /v1/lineworks/attendance/x HTTP/1.1\r\nHost: ")
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

// A door that may open few files keeps a quarter of them from connections that say nothing, however many
// come, answers among them, and stores what it answers 200, without its database, too.
func TestACrowdKeepsNobodyOut(t *testing.T) {
	const files = 256
	s := newSpooling(t)
	door := s.spawn(t, limited(t, armable(t), files), "")
	answered := func() {
		t.Helper()
		door.crowd(t, 2*files)
		if n := door.most(t); n > files-files/8 {
			t.Errorf("%d of %d files are open", n, files)
		}
		s.sent++
		if status, err := door.post(numbered(s.sent), doorSecret); status != 200 {
			t.Fatalf("event %d: %d, %v", s.sent, status, err)
		}
	}
	answered()
	s.stop()
	answered()
	s.start()
	answered()
	s.arrived(t)
}
