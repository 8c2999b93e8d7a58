package embedded

import "syscall"

// serverAttributes puts the server in a process group of its own, so that Ctrl-C
// reaches us alone, and has the kernel stop it fast when we die.
func serverAttributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true, Pdeathsig: syscall.SIGINT}
}
