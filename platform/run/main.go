// Package run starts a program and stops it in order.
//
// It knows signals, the exit status and groups of long-running parts. It refuses
// to know what the parts do.
package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

// gcPercent lets the heap grow to five times what is in use before it is looked
// through: a service keeps a few MB, and at Go's 100 a rush of callbacks spends a
// sixth of its processor time on looking. The variable GOGC has the last word.
const gcPercent = 400

// Main runs a program until it ends or the process is told to stop (SIGINT,
// SIGTERM cancel ctx; a second signal kills). An error is printed as one line
// "name: error" to stderr and ends the process with status 1.
func Main(name string, program func(ctx context.Context) error) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	status := execute(ctx, name, program, os.Stderr)
	stop()
	os.Exit(status)
}

func execute(ctx context.Context, name string, program func(context.Context) error, stderr io.Writer) int {
	err := program(ctx)
	if err == nil || (ctx.Err() != nil && errors.Is(err, context.Canceled)) {
		return 0
	}
	_, _ = fmt.Fprintf(stderr, "%s: %s\n", name, oneLine(err))
	return 1
}

func oneLine(err error) string {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines, "; ")
}
