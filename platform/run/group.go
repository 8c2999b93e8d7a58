package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// DefaultDeadline is how long the stop of a group may take that has no other limit.
const DefaultDeadline = 25 * time.Second

// Group runs parts together. They start in the order of Add. The first part that
// ends, or the end of the context, stops all of them in reverse order: a part's
// context is cancelled and the part awaited before the part in front of it is
// told. One deadline covers the whole stop; parts that are still running then
// are all cancelled and named in the error. The zero value is ready to use.
type Group struct {
	Log      *zap.Logger   // nil logs nothing
	Deadline time.Duration // for the whole stop; zero is 25 s

	parts []*part
}

type part struct {
	name   string
	run    func(context.Context) error
	cancel context.CancelFunc
	done   chan struct{} // closed when run has returned
	err    error         // valid after done
}

// Add appends a part. A part runs until its context ends; returning earlier,
// even without an error, stops the group.
func (g *Group) Add(name string, run func(ctx context.Context) error) {
	g.parts = append(g.parts, &part{name: name, run: run, done: make(chan struct{})})
}

// Run starts the parts and returns when all have ended or the deadline has
// passed, with every error joined. The end of ctx is no error. A Group runs once.
func (g *Group) Run(ctx context.Context) error {
	ended := make(chan *part, len(g.parts))
	for _, p := range g.parts {
		p.start(ctx, ended)
	}
	var errs []error
	select {
	case <-ctx.Done():
	case first := <-ended:
		if ctx.Err() == nil {
			errs = append(errs, first.early())
		}
	}
	return errors.Join(append(errs, g.stop(errs)...)...)
}

// start gives the part a context of its own that keeps the values of ctx but
// does not end with it, so that the order of stopping is ours.
func (p *part) start(ctx context.Context, ended chan<- *part) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p.cancel = cancel
	go func() {
		p.err = p.run(own)
		close(p.done)
		ended <- p
	}()
}

// early is the error of a part that ended although nobody asked it to.
func (p *part) early() error {
	if p.err == nil {
		return fmt.Errorf("%s: stopped by itself", p.name)
	}
	return fmt.Errorf("%s: %w", p.name, p.err)
}
