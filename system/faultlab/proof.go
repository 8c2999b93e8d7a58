package faultlab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/controls"
)

// Proof counts the negative controls that were caught: those of goal G32, and further ones.
type Proof struct{ Caught, Of, FurtherCaught, FurtherOf int }

// Whole tells that every control there is was tried and caught.
func (p Proof) Whole() bool {
	return p.Of+p.FurtherOf == len(controls.All()) && p.Good()
}

// Good tells that what was tried was caught.
func (p Proof) Good() bool { return p.Caught == p.Of && p.FurtherCaught == p.FurtherOf }

// Goal is how many of the goal's were caught, "25/25"; Further how many of the others.
func (p Proof) Goal() string { return fmt.Sprintf("%d/%d", p.Caught, p.Of) }

// Further is how many of the controls beyond the goal were caught.
func (p Proof) Further() string { return fmt.Sprintf("%d/%d", p.FurtherCaught, p.FurtherOf) }

func (p Proof) and(more Proof) Proof {
	return Proof{p.Caught + more.Caught, p.Of + more.Of, p.FurtherCaught + more.FurtherCaught, p.FurtherOf + more.FurtherOf}
}

func (p *Proof) count(c controls.Control, caught bool) {
	of, good := &p.FurtherOf, &p.FurtherCaught
	if c.G32 != "" {
		of, good = &p.Of, &p.Caught
	}
	if *of++; caught {
		*good++
	}
}

// failing tries a defect that a test finds, and tells its name when it did. The same test
// must pass without the defect, and the defect must be one that the compiler takes.
func (r *run) failing(ctx context.Context, c controls.Control) ([]string, error) {
	if out, err := r.test(ctx, c.Test); err != nil || !bytes.Contains(out, []byte("--- PASS: "+c.Test.Name)) {
		return nil, errors.Join(fmt.Errorf("%s does not pass without the defect: %s", c.Test.Name, end(out)), err)
	}
	list, err := c.Overlay(r.Root, r.Dir)
	if err != nil {
		return nil, err
	}
	out, err := r.test(ctx, c.Test, "-overlay", list)
	if failed := (*exec.ExitError)(nil); !errors.As(err, &failed) || !bytes.Contains(out, []byte("--- FAIL: "+c.Test.Name)) {
		return nil, errors.Join(fmt.Errorf("%s does not fail with the defect: %s", c.Test.Name, end(out)), err)
	}
	return []string{c.Test.Name}, nil
}

// test runs one test of the repository.
func (r *run) test(ctx context.Context, t controls.Test, extra ...string) ([]byte, error) {
	args := append([]string{"test", "-v", "-count=1", "-run", "^" + t.Name + "$"}, extra...)
	cmd := exec.CommandContext(ctx, "go", append(args, t.Package)...)
	cmd.Dir = filepath.Join(r.Root, t.Module)
	cmd.WaitDelay = 10 * time.Second
	return cmd.CombinedOutput()
}

// end is the end of an output, where the reason stands.
func end(out []byte) string {
	const most = 600
	return string(bytes.TrimSpace(out[max(len(out)-most, 0):]))
}
