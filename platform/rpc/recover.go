package rpc

import (
	"context"
	"fmt"
	"runtime"
	"strings"
)

// panicked is a panic as an error: the type of the value and where it happened.
// The value itself may hold parts of the request and is dropped.
type panicked struct{ kind, stack string }

// Error names the type of the panic's value.
func (p *panicked) Error() string { return "panic: " + p.kind }

func recoverPanic(ctx context.Context, _ *call, next handler) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicked{kind: fmt.Sprintf("%T", value), stack: frames()}
		}
	}()
	return next(ctx)
}

// frames is the stack as function, file and line; unlike debug.Stack it holds no
// arguments.
func frames() string {
	pcs := make([]uintptr, 48)
	list := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var b strings.Builder
	for {
		frame, more := list.Next()
		fmt.Fprintf(&b, "%s %s:%d\n", frame.Function, frame.File, frame.Line)
		if !more {
			return b.String()
		}
	}
}
