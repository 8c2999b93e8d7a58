package embedded

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// ordinaryEnv marks the process that TestOrdinaryUser starts as another user.
const ordinaryEnv = "EMBEDDED_TEST_ORDINARY"

// TestOrdinaryUser runs a whole life as nobody, with a temporary directory and a
// home of its own, when the tests themselves run as root.
func TestOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		if os.Getenv(ordinaryEnv) == "" {
			return // every other test has just run as an ordinary user
		}
		server := serve(t, filepath.Join(os.Getenv("HOME"), "data"))
		if server.account.other || ask(t, server, "select 'x'") != "x" {
			t.Error("not served as ourselves")
		}
		return
	}
	found, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := accountOf(found)
	if err != nil {
		t.Fatal(err)
	}
	home := openDirFor(t)
	binary := filepath.Join(home, "test")
	if err := errors.Join(copyFile(os.Args[0], binary), nobody.own(home), os.Chmod(home, 0o700), nobody.own(binary)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestOrdinaryUser$", "-test.v")
	cmd.Dir, cmd.Env = home, []string{"HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), ordinaryEnv + "=1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody.credential()}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PostgreSQL is ready") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestClosedDirectoryAsRoot keeps the data elsewhere when the server's user
// cannot reach the wanted directory, and finds it again.
func TestClosedDirectoryAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		return // an ordinary user's server runs as that user, who made the directory
	}
	closed, shared := openDirFor(t), openDirFor(t)
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	search := systemPlaces()
	search.shared = shared
	dir := filepath.Join(closed, "data")
	hollow := openDirFor(t)
	pretend(t, hollow, "15.1")
	if _, err := startWith(t.Context(), Config{Dir: dir, Bin: hollow}, search); err == nil {
		t.Fatal("started without a database")
	}
	start := func() *Server { // a start that failed half-way is no obstacle
		server, err := startWith(t.Context(), Config{Dir: dir}, search)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Stop)
		return server
	}
	first := start()
	if !strings.HasPrefix(first.Dir(), shared) {
		t.Fatalf("data in %s, want it below %s", first.Dir(), shared)
	}
	tell(t, first, "create table kept as select 'x'::text as value")
	first.Stop()
	if err := os.Chmod(closed, 0o755); err != nil { // reachable now, but the data is where it is
		t.Fatal(err)
	}
	second := start()
	if got := ask(t, second, "select value from kept"); got != "x" {
		t.Errorf("got %q", got)
	}
	second.Stop()
	if err := os.RemoveAll(second.data); err != nil {
		t.Fatal(err)
	}
	if _, err := startWith(t.Context(), Config{Dir: dir}, search); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("lost data: %v, want an error, not an empty database", err)
	}
}

// TestDataOutOfReachIsNoEmptyDatabase refuses to begin anew when data is there
// but closed.
func TestDataOutOfReachIsNoEmptyDatabase(t *testing.T) {
	if os.Geteuid() != 0 {
		return // an ordinary user's server runs as that user
	}
	parent := openDirFor(t)
	dir := filepath.Join(parent, "data")
	serve(t, dir).Stop()
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "o+x") {
		t.Errorf("got %v, want the way out", err)
	}
}
