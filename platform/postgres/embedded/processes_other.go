//go:build !linux

package embedded

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
)

// sureOfProcesses tells that processesIn misses nobody; here it may miss
// children that outlived their postmaster.
const sureOfProcesses = false

// processesIn lists the postmaster that data's postmaster.pid names, if that
// process is one: its command line names the directory.
func processesIn(data string) []int {
	pid := recordedPid(data)
	if pid <= 0 {
		return nil
	}
	out, err := exec.CommandContext(context.Background(), "ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || !strings.Contains(string(out), data) {
		return nil
	}
	return []int{pid}
}
