package run

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary is what parts write down as they start and stop.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// until is a part that runs until its context ends.
func (d *diary) until(name string, answer error) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		d.write(name)
		return answer
	}
}

func TestPartsStopInReverseOrderOneByOne(t *testing.T) {
	var d diary
	var g Group
	ctx, cancel := context.WithCancel(t.Context())
	g.Add("pool", d.until("pool", nil))
	g.Add("server", func(ctx context.Context) error {
		<-ctx.Done()
		d.write("server draining")
		d.write("server") // the pool must not have been told before this line
		return ctx.Err()
	})
	g.Add("door", d.until("door", nil))
	cancel()
	if err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	if want := []string{"door", "server draining", "server", "pool"}; !slices.Equal(d.lines, want) {
		t.Errorf("got %v", d.lines)
	}
}

func TestTheFirstErrorStopsAllAndAllErrorsAreTold(t *testing.T) {
	var d diary
	var g Group
	broken, late := errors.New("broken"), errors.New("close failed")
	g.Add("pool", d.until("pool", late))
	g.Add("worker", func(context.Context) error { return broken })
	g.Add("door", d.until("door", nil))
	err := g.Run(t.Context())
	if !errors.Is(err, broken) || !errors.Is(err, late) || err.Error() != "worker: broken\npool: close failed" {
		t.Errorf("got %v", err)
	}
	if !slices.Equal(d.lines, []string{"door", "pool"}) {
		t.Errorf("got %v", d.lines)
	}
}

func TestAPartThatEndsByItselfIsAnError(t *testing.T) {
	var d diary
	var g Group
	g.Add("pool", d.until("pool", nil))
	g.Add("worker", func(context.Context) error { return nil })
	if err := g.Run(t.Context()); err == nil || err.Error() != "worker: stopped by itself" {
		t.Errorf("got %v", err)
	}
}

func TestOneDeadlineForTheWholeStop(t *testing.T) {
	var d diary
	g := Group{Deadline: 30 * time.Millisecond}
	release := make(chan struct{})
	ended := make(chan struct{})
	g.Add("pool", d.until("pool", nil))
	g.Add("stuck", func(context.Context) error { defer close(ended); <-release; return nil })
	g.Add("door", d.until("door", nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := g.Run(ctx)
	if err == nil || !strings.Contains(err.Error(), "stuck: still running 30ms after the stop began") {
		t.Errorf("got %v", err)
	}
	close(release)
	<-ended
}

func TestPartsKeepTheValuesOfTheContext(t *testing.T) {
	type key struct{}
	var g Group
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
	g.Add("reader", func(ctx context.Context) error {
		if ctx.Value(key{}) != "v" {
			t.Error("the value is gone")
		}
		cancel()
		<-ctx.Done()
		return nil
	})
	if err := g.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestAProgramPrintsOneLine(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx    context.Context
		err    error
		status int
		out    string
	}{
		"fine":       {t.Context(), nil, 0, ""},
		"broken":     {t.Context(), errors.Join(errors.New("a"), errors.New("b")), 1, "prog: a; b\n"},
		"told to":    {ended, context.Canceled, 0, ""},
		"not told":   {t.Context(), context.Canceled, 1, "prog: context canceled\n"},
		"stop fails": {ended, errors.New("late"), 1, "prog: late\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			got := execute(c.ctx, "prog", func(context.Context) error { return c.err }, &out)
			if got != c.status || out.String() != c.out {
				t.Errorf("status %d, printed %q", got, out.String())
			}
		})
	}
}
