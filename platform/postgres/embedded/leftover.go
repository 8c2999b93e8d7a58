package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dakoku/dakoku/platform/run"
)

// stopLeftover ends every process that still works in data: the server of a
// process that was killed, or children that outlived their postmaster. We hold
// the directory's lock, so nobody else can rightly be using it.
func stopLeftover(ctx context.Context, data string, progress func(string)) error {
	left := processesIn(data)
	if len(left) == 0 {
		return clearPidFile(data)
	}
	progress("stopping what an earlier process left running in " + data)
	for _, step := range stopSteps() {
		signalThem(data, left, step.signal)
		for deadline := time.Now().Add(step.wait); time.Now().Before(deadline); {
			if left = processesIn(data); len(left) == 0 {
				return clearPidFile(data)
			}
			if run.Pause(ctx, 20*time.Millisecond) != nil {
				return ctx.Err()
			}
		}
	}
	return fmt.Errorf("processes %v still use %s and do not stop", left, data)
}

// signalThem signals the postmaster, which stops its children; without one, or
// by force, all of them.
func signalThem(data string, pids []int, signal syscall.Signal) {
	if postmaster := recordedPid(data); signal != syscall.SIGKILL && slices.Contains(pids, postmaster) {
		pids = []int{postmaster}
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, signal) // it may have ended meanwhile
	}
}

// recordedPid is the process id in postmaster.pid, or 0.
func recordedPid(data string) int {
	text, _ := os.ReadFile(filepath.Join(data, "postmaster.pid")) // absent: 0
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first)) // half-written: 0
	return pid
}

// clearPidFile removes the note of a server that is certainly gone when its
// number now belongs to a stranger, who would keep ours from starting. A note
// whose number is free stays: PostgreSQL reads in it what to clean up.
func clearPidFile(data string) error {
	pid := recordedPid(data)
	if !sureOfProcesses || pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return nil
	}
	err := os.Remove(filepath.Join(data, "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
