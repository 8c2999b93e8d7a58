package spool

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/dakoku/dakoku/platform/seal"
)

// childDir makes the test binary a process that appends until it is killed, and
// tells the number of each record once it is on the disk. childLimit, in bytes,
// bounds its files.
const childDir, childLimit = "SPOOL_TEST_CHILD_DIR", "SPOOL_TEST_CHILD_LIMIT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			fmt.Println("failed", err)
		}
		return
	}
	os.Exit(m.Run())
}

func child(dir string) error {
	if limit, err := strconv.ParseUint(os.Getenv(childLimit), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	keys, err := seal.Resume(seal.Source{Path: filepath.Join(dir, "key.json")})
	if err != nil {
		return err
	}
	s, err := Open(Config{Dir: filepath.Join(dir, "spool"), MaxBytes: 1 << 30, Keys: keys})
	if err != nil {
		return err
	}
	go func() { _ = s.Run(context.Background()) }()
	var all sync.WaitGroup
	for writer := range 8 {
		all.Go(func() {
			for n := writer; n < 4000; n += 8 {
				if err := s.Append(context.Background(), []byte(numbered(n))); err != nil {
					fmt.Println("refused", n)
				} else {
					fmt.Println("stored", n)
				}
			}
		})
	}
	all.Wait()
	fmt.Println("end")
	return nil
}

func numbered(n int) string { return strconv.Itoa(n) + " " + strings.Repeat("z", n%700) }

// spawn runs a child and kills it after so many lines; it returns what was stored.
func spawn(t *testing.T, dir string, lines int, env ...string) (stored []int, refused int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childDir+"="+dir), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for line := bufio.NewScanner(out); line.Scan(); lines-- {
		if lines == 0 {
			_ = cmd.Process.Kill()
		}
		word, rest, _ := strings.Cut(line.Text(), " ")
		n, err := strconv.Atoi(rest)
		switch {
		case word == "end":
		case word == "stored" && err == nil:
			stored = append(stored, n)
		case word == "refused" && err == nil:
			refused++
		default:
			t.Error(line.Text())
		}
	}
	_ = cmd.Wait() // killed
	return stored, refused
}

// check opens the spool as the next process does and looks for every stored record.
func (b *bench) check(t *testing.T, stored []int) {
	t.Helper()
	s, end := b.open(t)
	defer end()
	there, last := map[string]bool{}, map[int]int{}
	for _, record := range drain(t, s, 100) {
		there[record] = true
		n, _ := strconv.Atoi(strings.Fields(record)[0])
		if before, known := last[n%8]; known && before >= n {
			t.Errorf("%d comes after %d", n, before)
		}
		last[n%8] = n
	}
	for _, n := range stored {
		if !there[numbered(n)] {
			t.Errorf("record %d was stored and is gone", n)
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(b.cfg.Dir, "*", "*"+keptSuffix)); len(kept) > 0 {
		t.Error("damaged:", kept)
	}
}

func TestKilledWhileWriting(t *testing.T) {
	b := newBench(t)
	for _, lines := range []int{0, 1, 3, 7, 20, 33, 60, 150, 400, 900, 2000, 3500} {
		stored, _ := spawn(t, filepath.Dir(b.cfg.Dir), lines)
		b.check(t, stored)
	}
}

// A disk that takes no more is a refusal, never a promise; the process lives.
func TestTheFileSizeLimit(t *testing.T) {
	b := newBench(t)
	stored, refused := spawn(t, filepath.Dir(b.cfg.Dir), -1, childLimit+"=50000")
	if len(stored)+refused != 4000 || refused == 0 || len(stored) < 100 {
		t.Errorf("%d stored, %d refused", len(stored), refused)
	}
	b.check(t, stored)
}
