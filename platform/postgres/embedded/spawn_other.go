//go:build !linux

package embedded

import "syscall"

// needsWatchdog tells that the kernel cannot signal the server when we die.
const needsWatchdog = true

// serverAttributes puts the server in a process group of its own, so that Ctrl-C
// reaches us alone.
func serverAttributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true}
}
