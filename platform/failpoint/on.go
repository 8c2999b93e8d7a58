//go:build failpoints

package failpoint

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// variable is what arms places.
const variable = "FAILPOINTS"

// place is an armed place.
type place struct {
	action string
	wait   time.Duration
	at     int // the time it is reached that counts
	later  bool

	mu  sync.Mutex
	met int
}

// armed is read once: a process is armed for its whole life.
var armed = sync.OnceValue(func() map[string]*place {
	places, err := parse(os.Getenv(variable))
	if err != nil {
		fmt.Fprintln(os.Stderr, err) // a test that arms nothing proves nothing
		os.Exit(2)
	}
	return places
})

// parse reads the variable's value.
func parse(text string) (map[string]*place, error) {
	places := map[string]*place{}
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		name, rest, _ := strings.Cut(one, "=")
		p, err := parsePlace(rest)
		if err != nil || name == "" || places[name] != nil {
			return nil, fmt.Errorf("%s: %q is not name=exit, name=error or name=hang:duration, with @n or @n+ behind it", variable, one)
		}
		places[name] = p
	}
	return places, nil
}

func parsePlace(text string) (p *place, err error) {
	p = &place{at: 1}
	action, when, counted := strings.Cut(text, "@")
	if counted {
		when, p.later = strings.CutSuffix(when, "+")
		if p.at, err = strconv.Atoi(when); err != nil || p.at < 1 {
			return nil, fmt.Errorf("@%s", when)
		}
	}
	var wait string
	p.action, wait, _ = strings.Cut(action, ":")
	switch p.action {
	case "exit", "error":
		return p, nil
	case "hang":
		p.wait, err = time.ParseDuration(wait)
		return p, err
	}
	return nil, fmt.Errorf("%s", p.action)
}

// Hit does what the place is armed for; nil at a place that is not armed.
func Hit(name string) error {
	p := armed()[name]
	if p == nil || !p.due() {
		return nil
	}
	tell(name, p.action)
	switch p.action {
	case "exit":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // it is a matter of microseconds
	case "hang":
		<-time.After(p.wait)
		tell(name, "over")
		return nil
	}
	return fmt.Errorf("%w: %s", ErrArmed, name)
}

// tell says on standard error what happens at a place: a test whose place was never
// reached would prove nothing.
func tell(name, what string) { fmt.Fprintf(os.Stderr, "failpoint %s: %s\n", name, what) }

func (p *place) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.met++
	return p.met == p.at || p.later && p.met > p.at
}

type nameKey struct{}

// Named gives the transactions under ctx a name for HitNamed.
func Named(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, nameKey{}, name)
}

// HitNamed is Hit at name.side, with the name that Named gave, or else otherwise.
func HitNamed(ctx context.Context, otherwise, side string) error {
	name, ok := ctx.Value(nameKey{}).(string)
	if !ok {
		name = otherwise
	}
	return Hit(name + "." + side)
}
