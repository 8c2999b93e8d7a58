package gateway_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
	said output
	done chan struct{}
}

// output is what a process wrote so far.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *output) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *output) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// strangers is the environment without what tests are told: a program refuses settings
// that it does not know.
func strangers() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "DAKOKU_") })
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
	c.cmd.Env = append(strangers(), "FAILPOINTS="+armed, "DAKOKU_DATABASE_URL="+s.cfg.DatabaseURL.Reveal(), "DAKOKU_DATA_DIR="+s.cfg.DataDir,
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

// told tells that the door has said of a place what it does there.
func (c *child) told(place, what string) bool {
	return strings.Contains(c.said.String(), "failpoint "+place+": "+what+"\n")
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
