package supervisor

import "syscall"

// attributes let a child end with us, whatever ends us, and run as another user if
// one is given.
func attributes(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: as}
}
