package gateway_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// doorProgram builds the public door, with or without places, once.
var doorProgram = map[string]func() (string, error){
	"failpoints": sync.OnceValues(func() (string, error) { return buildDoor("-tags", "failpoints") }),
	"release":    sync.OnceValues(func() (string, error) { return buildDoor() }),
}

func buildDoor(args ...string) (string, error) {
	dir, err := os.MkdirTemp("", "dakoku-door-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "webhook-gateway")
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, args...), "./cmd/webhook-gateway")...)
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
}

func program(t *testing.T, kind string) string {
	t.Helper()
	path, err := doorProgram[kind]()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(path) })
	return path
}

// child is a public door in a process of its own.
type child struct {
	cmd  *exec.Cmd
	url  string
	said bytes.Buffer
	done chan struct{}
}

// spawn starts a door with places armed and waits until it answers.
func (s *spooling) spawn(t *testing.T, path, armed string) *child {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := lis.Addr().String()
	_ = lis.Close()
	c := &child{cmd: exec.Command(path), url: "http://" + addr + "/v1/lineworks/attendance/" + doorToken, done: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), "FAILPOINTS="+armed, "DAKOKU_DATABASE_URL="+s.cfg.DatabaseURL.Reveal(), "DAKOKU_DATA_DIR="+s.cfg.DataDir,
		"DAKOKU_TLS_DIR="+s.tls, "DAKOKU_INTEGRATION_ADDR="+s.cfg.Integration.Target, "DAKOKU_ATTENDANCE_ADDR="+s.cfg.Attendance.Target,
		"DAKOKU_PUBLIC_ADDR="+addr, "DAKOKU_LISTEN_ADDR=127.0.0.1:0", "DAKOKU_DEBUG_ADDR=127.0.0.1:0")
	c.cmd.Stdout, c.cmd.Stderr = &c.said, &c.said
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = c.cmd.Wait(); close(c.done) }()
	t.Cleanup(c.kill)
	inTime(t, func() bool { // a wrong token is 401 once the door knows the right ones
		status, _ := c.post("{}", "wrong")
		return status == http.StatusUnauthorized || c.ended()
	})
	return c
}

func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.done
}

func (c *child) post(body, secret string) (status int, err error) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Close = true
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-WORKS-BotId", "1")
	request.Header.Set("X-WORKS-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	_ = response.Body.Close()
	return response.StatusCode, nil
}

// A door ends as by kill -9 at each of its places. What it answered 200 is judged
// once; what it did not answer is judged once when it comes again.
func TestKilledAtEveryPlace(t *testing.T) {
	path := program(t, "failpoints")
	for place, away := range map[string]bool{
		"gw.verified": false, "gw.inbox.precommit": false, "gw.inbox.committed": false, "gw.answered": false, "gw.dispatched": false,
		"gw.complete.precommit": false, "gw.complete.committed": false,
		"gw.spool.write": true, "gw.spool.synced": true, "gw.spool.drained": true,
	} {
		t.Run(place, func(t *testing.T) {
			s := newSpooling(t)
			armed := place + "=exit"
			if place == "gw.answered" {
				armed += "@" + answered // the place is passed by the questions of spawn, too
			}
			victim := s.spawn(t, path, armed)
			if away {
				s.stop()
			}
			s.sent = 1
			status, _ := victim.post(numbered(1), doorSecret)
			if place == "gw.spool.drained" {
				s.start()
			}
			for n := 0; place == "gw.answered" && !victim.ended() && n < 100; n++ {
				_, _ = victim.post("{}", "wrong")
			}
			inTime(t, victim.ended)
			if away && place != "gw.spool.drained" {
				s.start()
			}
			heir := s.spawn(t, path, "")
			if status != 200 {
				if again, err := heir.post(numbered(1), doorSecret); again != 200 {
					t.Fatal(again, err)
				}
			}
			inTime(t, func() bool { return s.number(`select count(*) from gateway.inbox where outcome = 'RECORDED'`) == 1 })
			if n := s.number(`select count(*) from gateway.inbox`); n != 1 {
				t.Errorf("%d events", n)
			}
			s.street.mu.Lock()
			defer s.street.mu.Unlock()
			if len(s.punches) != 1 || len(s.replies) != 1 {
				t.Errorf("%d punches, %d replies", len(s.punches), len(s.replies))
			}
		})
	}
}

// answered is how many answers a door gives before it ends at gw.answered; any
// number that spawn does not reach will do.
const answered = "60"

func TestTheReleasedDoorHasNoPlaces(t *testing.T) {
	binary, err := os.ReadFile(program(t, "release"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"FAILPOINTS", "gw.inbox", "gw.spool.synced", "gw.answered"} {
		if bytes.Contains(binary, []byte(word)) {
			t.Errorf("%q is in the program", word)
		}
	}
}
