package embedded

import "syscall"

// needsWatchdog tells that the kernel cannot signal the server when we die.
const needsWatchdog = false

// serverAttributes puts the server in a process group of its own, so that Ctrl-C
// reaches us alone, and has the kernel stop it fast when we die.
func serverAttributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true, Pdeathsig: syscall.SIGINT}
}
