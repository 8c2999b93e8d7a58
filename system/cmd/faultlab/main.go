// Command faultlab runs the real programs, breaks them while events arrive and judges
// what is left. Its last line is one JSON object; it ends with 1 when anything was
// lost, doubled, invented or moved, or when less was done than the tier asks for. See
// docs/faultlab.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dakoku/dakoku/system/faultlab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := work(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "faultlab:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be deferred
	}
}

func work(ctx context.Context) error {
	name := flag.String("tier", "local", "ci, local, nightly or release")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "the dice of events and faults")
	quick := flag.Bool("without-controls", false, "leave the negative controls out")
	race := flag.Bool("race", false, "build the programs with the race detector in any tier; local always does")
	keep := flag.Bool("keep", false, "keep the directory of the run also when all is well")
	control := flag.String("control", "", "try negative controls by their names, with semicolons between them, or all of them with \"all\", and nothing else")
	bin := flag.String("bin", "", "directory with the four programs; empty builds them")
	flag.Parse()
	tier, err := faultlab.Tiers(*name)
	if err != nil {
		return err
	}
	tier.Controls, tier.Race = tier.Controls && !*quick, tier.Race || *race
	root, err := repository()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "dakoku-faultlab-")
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL may run as another user
		return err
	}
	fmt.Printf("fault lab, tier %s, seed %d, in %s\n", tier.Name, *seed, dir)
	if *control != "" {
		return try(ctx, faultlab.Config{Seed: *seed, Root: root, Bin: *bin, Dir: dir, Out: os.Stdout}, *control, *keep)
	}
	report, err := faultlab.Whole(ctx, faultlab.Config{Tier: tier, Seed: *seed, Root: root, Bin: *bin, Dir: dir, Out: os.Stdout})
	if err != nil {
		return fmt.Errorf("%w (kept: %s)", err, dir)
	}
	if report.Clean() && !*keep {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	report.Tell(os.Stdout)
	if !report.Clean() {
		return fmt.Errorf("not clean; journal, logs and databases are kept in %s", dir)
	}
	return nil
}

// try tries negative controls. The last line is the JSON of how many were found; not all
// of them is an error.
func try(ctx context.Context, cfg faultlab.Config, flag string, keep bool) error {
	began := time.Now()
	proof, err := faultlab.Controls(ctx, cfg, named(flag)...)
	fmt.Printf("{\"tier\":\"controls\",\"seed\":%d,\"seconds\":%.0f,\"furtherControls\":%q,\"negativeControls\":%q}\n",
		cfg.Seed, time.Since(began).Seconds(), proof.Further(), proof.Goal())
	switch {
	case err != nil:
		return err
	case !proof.Good():
		return fmt.Errorf("not all negative controls were caught; what is there is kept in %s", cfg.Dir)
	case keep:
		return nil
	}
	return os.RemoveAll(cfg.Dir)
}

// named are the controls of the flag; none means all.
func named(flag string) []string {
	if flag == "all" {
		return nil
	}
	return strings.Split(flag, ";")
}

// repository is the folder with go.work, here or above.
func repository() (string, error) {
	here, err := os.Getwd()
	for ; err == nil && here != filepath.Dir(here); here = filepath.Dir(here) {
		if _, absent := os.Stat(filepath.Join(here, "go.work")); absent == nil {
			return here, nil
		}
	}
	return "", fmt.Errorf("run it inside the repository: no go.work here or above (%w)", err)
}
