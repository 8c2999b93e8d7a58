package embedded

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// childDir is the variable by which TestMain becomes a process that serves until
// it is killed.
const childDir = "EMBEDDED_TEST_CHILD_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	server, err := Start(context.Background(), Config{Dir: dir})
	if err != nil {
		_, _ = os.Stdout.WriteString("failed: " + err.Error() + "\n")
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("ready " + server.URL().Reveal() + "\n")
	_ = server.Run(context.Background())
}

func TestKilledParentTakesTheServerWithIt(t *testing.T) {
	dir := openDirFor(t)
	for range 3 { // again and again on the same data
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childDir+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "ready ") {
			t.Fatalf("child said %q (%v)", line, err)
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // killed
	}
	server := serve(t, dir) // at once, while the last one may still be stopping
	server.Stop()
	eventually(t, "every server gone", func() bool { return len(processesIn(server.data)) == 0 })
}

func TestOrphanEndsByItself(t *testing.T) {
	dir := openDirFor(t)
	data := serveOnce(t, dir)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if len(processesIn(data)) == 0 {
		t.Fatal("no server runs")
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	eventually(t, "the orphan gone", func() bool { return len(processesIn(data)) == 0 })
}

// serveOnce prepares dir and returns where the data lies.
func serveOnce(t *testing.T, dir string) string {
	t.Helper()
	server := serve(t, dir)
	server.Stop()
	return server.data
}
