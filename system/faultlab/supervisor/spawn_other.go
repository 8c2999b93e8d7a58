//go:build !linux

package supervisor

import "syscall"

// attributes run a child as another user if one is given.
func attributes(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: as}
}
