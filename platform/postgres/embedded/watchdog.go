package embedded

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// watch starts a shell that stops p fast when we die, where the kernel has no
// signal for that: the shell's input ends with us. It returns the end of the
// pipe that we hold; the shell goes when p does.
func watch(ctx context.Context, p *process) (*os.File, error) {
	in, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	shell := exec.CommandContext(context.WithoutCancel(ctx), "/bin/sh", "-c", `read -r line; kill -INT "$0"`, strconv.Itoa(p.pid))
	shell.Stdin = in
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := errors.Join(shell.Start(), in.Close()); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	go func() {
		<-p.done
		_ = shell.Process.Kill() // before its input ends, lest it signal a stranger
		_ = shell.Wait()
		_ = held.Close()
	}()
	return held, nil
}
