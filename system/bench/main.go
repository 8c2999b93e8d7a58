// Command bench measures Dakoku beside what it is compared with, in one run, on one machine and one PostgreSQL: single-row
// inserts by pgbench, which are the yardstick, and the plain peer that a company would write by hand.
//
// It knows the four programs, the load and how to compare. It refuses to know how the product works inside, but for the
// two questions that only its tables answer: is everything recorded and answered, and how many rows are there. The
// method and results are in docs/performance.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	bin     string
	rounds  int
	length  time.Duration
	conns   int
	people  int
	parts   string
	profile string
	minutes float64
	scale   int
	only    string
	count   bool
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "directory of the built programs")
	flag.IntVar(&o.rounds, "rounds", 6, "rounds of the contest")
	flag.DurationVar(&o.length, "length", 5*time.Second, "how long each contestant has in a round")
	flag.IntVar(&o.conns, "conns", 64, "connections of the closed loop")
	flag.IntVar(&o.people, "people", 100_000, "employees with a linked account")
	flag.StringVar(&o.parts, "parts", "contest", "what to run, with commas: contest, open, rush, overload, scale, answers")
	flag.Float64Var(&o.minutes, "minutes", 10, "length of the open loop; the rush takes half of it, the answers a tenth")
	flag.IntVar(&o.scale, "scale", 1, "divides what the scale part stores: 100,000 companies and 10 million punches")
	flag.StringVar(&o.profile, "profile", "", "directory for a processor profile of each program in the second round; such figures do not count")
	flag.StringVar(&o.only, "only", "", "the one contestant to measure, for a look at its profile")
	flag.BoolVar(&o.count, "statements", false, "count the server's statements in the contest, which slows it, and print them")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// part is one thing to measure; its figures go into the one object of the last line.
type part func(ctx context.Context, s *site, o options, out io.Writer) (map[string]any, error)

var parts = map[string]part{"contest": contest, "open": openLoop, "rush": rush, "overload": overload, "scale": scale, "answers": answers}

// run measures the parts that are asked for, one after the other on one installation.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	asked := strings.Split(o.parts, ",")
	for _, name := range asked {
		if parts[name] == nil {
			return fmt.Errorf("-parts %s: there is no such part", name)
		}
	}
	s, err := open(ctx, o, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
	figures := map[string]any{}
	for _, name := range slices.Compact(asked) {
		found, err := parts[name](ctx, s, o, out)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for key, value := range found {
			figures[key] = value
		}
	}
	return lastLine(out, figures)
}
