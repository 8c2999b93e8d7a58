package gateway_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is for anything that must happen at all, on the busiest machine.
const patience = 3 * time.Minute

// hostile is one thing that is sent to a door byte by byte, and the statuses of
// all answers that may come back, in order.
type hostile struct{ name, bytes, want string }

// cutOff are those whose sender breaks off instead of waiting for the answer.
var cutOff = regexp.MustCompile(`never|announced|no HTTP|nothing behind`)

var statusLine = regexp.MustCompile(`HTTP/1\.[01] (\d{3}) `)

// said sends bytes on a connection of their own and reads to its end, which the
// door makes.
func said(t *testing.T, address, bytes string, breaksOff bool) (statuses, all string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, bytes) // the door may have heard enough before the end
	if tcp, ok := conn.(*net.TCPConn); ok && breaksOff {
		_ = tcp.CloseWrite()
	}
	raw, _ := io.ReadAll(conn) // a connection that is cut has no more to say
	var list []string
	for _, found := range statusLine.FindAllStringSubmatch(string(raw), -1) {
		list = append(list, found[1])
	}
	return strings.Join(list, " "), string(raw)
}

// attack tries a corpus on a door. Whatever is sent: the door answers as the case
// says, never with a 5xx, and what unharmed looks at is as before. The text
// SMUGGLED stands for a request that must reach no handler.
func attack(t *testing.T, address string, corpus []hostile, fill *strings.Replacer, unharmed func() bool) {
	t.Helper()
	for _, c := range corpus {
		t.Run(c.name, func(t *testing.T) {
			statuses, all := said(t, address, fill.Replace(c.bytes), cutOff.MatchString(c.name))
			ours := strings.NewReplacer("501", "", "505", "").Replace(" " + statuses) // those are the library's, for what is no HTTP/1.1 to it
			if statuses != c.want || strings.Contains(ours, " 5") {
				t.Errorf("%s, want %s: %.600q", statuses, c.want, all)
			}
			if !unharmed() {
				t.Fatal("it did harm")
			}
		})
	}
}

// TestHostileBytesAtTheAdminDoor sends the corpus with the cookie of an
// administrator: what is hidden in a request would be done if it reached a handler.
func TestHostileBytesAtTheAdminDoor(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	name, bearer := d.key(session, "ADMINISTRATOR")
	before := d.do(http.MethodGet, "/v1/organization", "", "Cookie", session).raw
	fill := strings.NewReplacer("SMUGGLED", "DELETE /v1/"+name+" HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: "+session+"\r\n\r\n", "KEY", name, "BEARER", bearer, "ID", someID,
		"AUTH", "Host: 127.0.0.1\r\nCookie: "+session+"\r\n", "JSON", "Content-Type: application/json\r\n")
	attack(t, d.admin.Addr(), append(smuggled("/v1/apiKeys", `{"displayName":"x","role":"AUDITOR"}`, "200"), adminCorpus()...), fill, func() bool {
		a := d.do(http.MethodGet, "/v1/organization", "", "Authorization", bearer)
		return a.status == http.StatusOK && a.raw == before
	})
}

// TestHostileBytesAtThePublicDoor sends the corpus to the door of callbacks, whose
// only handler stores events.
func TestHostileBytesAtThePublicDoor(t *testing.T) {
	s := newStreet(t)
	door, _ := s.open(t)
	fill := strings.NewReplacer("SMUGGLED", "POST /v1/lineworks/attendance/"+doorToken+" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
		"TOKEN", doorToken, "AUTH", "Host: 127.0.0.1\r\n", "JSON", "Content-Type: application/json\r\n")
	path := "/v1/lineworks/attendance/" + doorToken
	attack(t, door.PublicAddr().String(), append(smuggled(path, `{"type":"message"}`, "401"), publicCorpus()...), fill, func() bool {
		var stored int
		err := s.owner.QueryRow(t.Context(), "select count(*) from gateway.inbox").Scan(&stored)
		return err == nil && stored == 0
	})
}

// Whoever stops in the middle of a request holds no connection of a door for long:
// its limits are five seconds and less.
func TestWhoStopsInTheMiddleIsCutOff(t *testing.T) {
	door, _ := newStreet(t).open(t)
	var all sync.WaitGroup
	for name, address := range map[string]string{"admin": openDoor(t).admin.Addr(), "public": door.PublicAddr().String()} {
		for _, part := range []string{"", "POST /v1/session HT", "POST /v1/session HTTP/1.1\r\nHost: x\r\nX-A: ", "POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"} {
			all.Go(func() {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = conn.Close() }()
				_ = conn.SetDeadline(time.Now().Add(patience)) // a connection that is open takes one
				_, _ = io.WriteString(conn, part)
				if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("%s door keeps who stops behind %q", name, part)
				}
			})
		}
	}
	all.Wait()
}
