//go:build !linux

package embedded

import "syscall"

// serverAttributes puts the server in a process group of its own, so that Ctrl-C
// reaches us alone. A server that outlives us is stopped by the next start.
func serverAttributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true}
}
