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
	"testing"
	"time"
)

// armable builds the public door with its places.
func armable(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "webhook-gateway")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", "failpoints", "-o", path, "./cmd/webhook-gateway")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
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
		"DAKOKU_SPOOL_DIR="+s.cfg.SpoolDir, "DAKOKU_TLS_DIR="+s.tls, "DAKOKU_INTEGRATION_ADDR="+s.cfg.Integration.Target, "DAKOKU_ATTENDANCE_ADDR="+s.cfg.Attendance.Target,
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
	path, s := armable(t), newSpooling(t)
	for _, place := range []string{
		"gw.verified", "gw.inbox.precommit", "gw.inbox.committed", "gw.answered", "gw.dispatched", "gw.complete.precommit",
		"gw.complete.committed", "gw.spool.write", "gw.spool.synced", "gw.spool.drained",
	} {
		t.Run(place, func(t *testing.T) { s.killedAt(t, path, place) })
	}
}

func (s *spooling) killedAt(t *testing.T, path, place string) {
	t.Helper()
	armed := place + "=exit"
	if place == "gw.answered" {
		armed += "@2" // the first answer has gone out by then
	}
	victim := s.spawn(t, path, armed)
	away := strings.HasPrefix(place, "gw.spool.")
	if away {
		s.stop()
	}
	s.sent++
	status, _ := victim.post(numbered(s.sent), doorSecret)
	if place == "gw.spool.drained" {
		s.start()
	}
	if place == "gw.answered" {
		_, _ = victim.post(numbered(s.sent), doorSecret)
	}
	inTime(t, victim.ended)
	if away && place != "gw.spool.drained" {
		s.start()
	}
	heir := s.spawn(t, path, "")
	defer heir.kill()
	if status != 200 {
		if again, err := heir.post(numbered(s.sent), doorSecret); again != 200 {
			t.Fatal(again, err)
		}
	}
	inTime(t, func() bool {
		return s.number(`select count(*) from gateway.inbox where outcome = 'RECORDED'`) == s.sent
	})
	if n := s.number(`select count(*) from gateway.inbox`); n != s.sent {
		t.Errorf("%d events of %d", n, s.sent)
	}
	s.street.mu.Lock()
	defer s.street.mu.Unlock()
	if len(s.punches) != s.sent || len(s.replies) != s.sent {
		t.Errorf("%d punches, %d replies of %d", len(s.punches), len(s.replies), s.sent)
	}
}
