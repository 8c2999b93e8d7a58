package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// stop ends the parts from the last to the first and returns their errors,
// except those that are in known already.
func (g *Group) stop(known []error) []error {
	timer := time.NewTimer(g.deadline())
	defer timer.Stop()
	defer g.cancelAll()
	var errs []error
	for i := len(g.parts) - 1; i >= 0; i-- {
		p := g.parts[i]
		p.cancel()
		if !p.await(timer.C) {
			return append(errs, g.late(i)...)
		}
		g.log().Debug("part stopped", zap.String("part", p.name))
		if err := p.final(); err != nil && !contains(known, err) {
			errs = append(errs, err)
		}
	}
	return errs
}

func (p *part) await(deadline <-chan time.Time) bool {
	select {
	case <-p.done:
		return true
	case <-deadline:
		return false
	}
}

// late names the parts, from index i down, that outlived the deadline.
func (g *Group) late(i int) []error {
	g.cancelAll()
	var errs []error
	for ; i >= 0; i-- {
		p := g.parts[i]
		select {
		case <-p.done:
			continue
		default:
		}
		g.log().Error("part did not stop", zap.String("part", p.name))
		errs = append(errs, fmt.Errorf("%s: still running %s after the stop began", p.name, g.deadline()))
	}
	return errs
}

// final is the error of a part that was told to stop; its context's own error is none.
func (p *part) final() error {
	if p.err == nil || errors.Is(p.err, context.Canceled) {
		return nil
	}
	return fmt.Errorf("%s: %w", p.name, p.err)
}

func contains(known []error, err error) bool {
	for _, k := range known {
		if k.Error() == err.Error() {
			return true
		}
	}
	return false
}

func (g *Group) cancelAll() {
	for _, p := range g.parts {
		p.cancel()
	}
}

func (g *Group) deadline() time.Duration {
	if g.Deadline > 0 {
		return g.Deadline
	}
	return DefaultDeadline
}

func (g *Group) log() *zap.Logger {
	if g.Log == nil {
		return zap.NewNop()
	}
	return g.Log
}
