package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dakoku/dakoku/system/internal/loopback"
)

const patience = 3 * time.Minute // for anything that must happen at all

// built remembers where each program was built to; every program is built once
// for the whole test run, with the race detector but at the full size.
var built struct {
	sync.Mutex
	dir   string
	paths map[string]string
}

// program builds a main package, given by its path from the repository's root.
func program(t *testing.T, pkg string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if path, ok := built.paths[pkg]; ok {
		return path
	}
	path := filepath.Join(built.dir, filepath.Base(pkg))
	build := exec.CommandContext(t.Context(), "go", "build", "-race="+strconv.FormatBool(!full()), "-o", path, "./"+pkg)
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	built.paths[pkg] = path
	return path
}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "dakoku-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		built.dir, built.paths = dir, map[string]string{}
		return m.Run()
	}())
}

// process is one program of ours that runs, may be killed and started again.
type process struct {
	t    *testing.T
	path string
	args []string
	env  []string
	log  string

	cmd  *exec.Cmd
	done chan struct{}
}

// start runs the program; its output goes to a file that a failed test shows.
func (p *process) start() {
	p.t.Helper()
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.CommandContext(context.Background(), p.path, p.args...)
	p.cmd.Env = append(cleanEnvironment(), p.env...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.done = make(chan struct{})
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		out.Close()
		close(done)
	}(p.cmd, p.done)
}

// kill ends the program as a power cut would.
func (p *process) kill() { p.signal(syscall.SIGKILL) }

// stop ends the program in order.
func (p *process) stop() { p.signal(syscall.SIGTERM) }

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatalf("%s did not end on %v", p.path, s)
	}
}

// running tells whether the program has not ended.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// cleanEnvironment is ours without settings of Dakoku.
func cleanEnvironment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "DAKOKU_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// freeAddr is a loopback address that nobody uses, and that nobody is given while
// the program which has it is away.
func freeAddr(t *testing.T) string {
	t.Helper()
	addr, err := loopback.Free()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// eventually polls until ok says true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen within %s: %s", patience, what)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// answers tells whether an HTTP server answers at the URL with that status.
func answers(url string, status int) bool {
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == status
}

// showLog prints a program's output when the test has failed.
func showLog(t *testing.T, name, path string) {
	if !t.Failed() {
		return
	}
	body, _ := os.ReadFile(path)
	if len(body) > 20_000 {
		body = body[len(body)-20_000:]
	}
	t.Logf("--- output of %s ---\n%s", name, body)
}
