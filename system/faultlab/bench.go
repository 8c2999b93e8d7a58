package faultlab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/checker"
	"github.com/dakoku/dakoku/system/faultlab/controls"
	"github.com/dakoku/dakoku/system/faultlab/nemesis"
	"github.com/dakoku/dakoku/system/faultlab/recorder"
	"github.com/dakoku/dakoku/system/faultlab/supervisor"
	"github.com/dakoku/dakoku/system/faultlab/workplace"
)

// benchTier is the size of a run for one defect.
var benchTier = Tier{Name: "controls", People: 6, Events: 240, Senders: 16, Rate: 400, Speak: 6}

const (
	benchPatience = 25 * time.Second // until all is at rest; a defect may be that it never is
	longPatience  = 4 * time.Minute  // the same where an answer may have to wait
	revokedAfter  = 6 * time.Second  // within which a withdrawn URL is refused everywhere
	controlBudget = 8 * time.Minute  // of one control from its build to the verdict
)

// flawless are runs without a defect, one in each weather, in which nothing may be
// found. The last one is what rows are changed in.
var flawless = []controls.Control{
	{Name: "no defect while doors are killed", Weather: "kill"}, {Name: "no defect while everything is killed", Weather: "kill answers"},
	{Name: "no defect in crashes", Weather: "crash"}, {Name: "no defect behind a lock", Weather: "lock"},
	{Name: "no defect in silence", Weather: "silence"}, {Name: "no defect and a withdrawn URL", Weather: "revoke"}, {Name: "no defect"},
}

// Controls tries every seeded defect, or only those that are named, and tells how many of
// them were found: first those that tests find, which need nothing that runs. A run
// without any defect must find nothing. An error also when a name is no control's, before
// anything is started.
func Controls(ctx context.Context, cfg Config, only ...string) (Proof, error) {
	list, err := chosen(only)
	if err != nil {
		return Proof{}, err
	}
	cfg.Tier = benchTier
	r := &run{Config: cfg, path: filepath.Join(cfg.Dir, "setup.jsonl")}
	defer r.stop()
	tests, runs := bySight(list)
	proof, err := r.tried(ctx, tests, r.failing)
	if err != nil || len(runs) == 0 {
		return proof, err
	}
	if err := r.prepare(ctx); err != nil {
		return proof, err
	}
	r.on.StopPrograms()
	if err := r.on.Cluster.Origin(ctx); err != nil {
		return proof, err
	}
	more, err := r.tried(ctx, runs, r.control)
	return proof.and(more), err
}

// bySight parts the controls that tests find from those that a run shows; without one of
// these no flawless run is needed either.
func bySight(list []controls.Control) (tests, runs []controls.Control) {
	var shown bool
	for _, c := range list {
		if c.Test.Name != "" {
			tests = append(tests, c)
			continue
		}
		runs, shown = append(runs, c), shown || c.Checks != nil
	}
	if !shown {
		return tests, nil
	}
	return tests, runs
}

// tried tries one control after the other, each for as long as one may take: a defect that
// makes everything stand still must not take the time of those after it.
func (r *run) tried(ctx context.Context, list []controls.Control, try func(context.Context, controls.Control) ([]string, error)) (proof Proof, err error) {
	for _, c := range list {
		bounded, cancel := context.WithTimeout(ctx, controlBudget)
		found, err := try(bounded, c)
		cancel()
		seeded := c.Checks != nil || c.Test.Name != ""
		good := slices.ContainsFunc(found, func(name string) bool { return slices.Contains(c.Checks, name) || name == c.Test.Name })
		switch {
		case ctx.Err() != nil:
			return proof, ctx.Err()
		case !seeded && (err != nil || len(found) > 0):
			return proof, errors.Join(fmt.Errorf("%s, and something was found: %v", c.Name, r.last), err)
		case !seeded:
			r.say("control %s: nothing is found", c.Name)
			continue
		}
		proof.count(c, good)
		r.say("control %-55s found by %v%s", c.Name, found, unseen(good, err))
	}
	return proof, nil
}

// unseen says why a control is not counted; an error keeps no other from being tried.
func unseen(good bool, err error) string {
	if good {
		return ""
	}
	return fmt.Sprintf(" NOT CAUGHT (error: %v)", err)
}

// chosen are the controls by their names, all of them without a name, after the flawless
// runs in the weather of each: what is found there as well proves nothing. Changed rows
// come first, because they need the database of the last flawless run.
func chosen(only []string) ([]controls.Control, error) {
	list := controls.All()
	slices.SortStableFunc(list, func(a, b controls.Control) int { return strings.Compare(b.Rows, a.Rows) })
	if len(only) == 0 {
		return append(slices.Clone(flawless), list...), nil
	}
	for _, name := range only {
		if !slices.ContainsFunc(list, func(c controls.Control) bool { return c.Name == name }) {
			return nil, fmt.Errorf("no negative control is called %q", name)
		}
	}
	list = slices.DeleteFunc(list, func(c controls.Control) bool { return !slices.Contains(only, c.Name) })
	calm := slices.DeleteFunc(slices.Clone(flawless), func(f controls.Control) bool {
		return f.Weather != "" && !slices.ContainsFunc(list, func(c controls.Control) bool { return c.Weather == f.Weather })
	})
	return append(calm, list...), nil
}

// control tries one defect and tells which checks found something.
func (r *run) control(ctx context.Context, c controls.Control) ([]string, error) {
	if c.Rows != "" { // after the last flawless run
		return r.doctored(ctx, c.Rows)
	}
	if c.Service != "" {
		program := filepath.Join(r.Dir, "defect")
		list, err := c.Overlay(r.Root, r.Dir)
		if err != nil {
			return nil, err
		}
		if err := supervisor.BuildOne(ctx, r.Root, c.Service, program, "-overlay", list); err != nil {
			return nil, err
		}
		defer r.on.Use(c.Service, program, c.Env...)()
	}
	defer r.on.StopPrograms()
	if err := r.begin(ctx, c.Schema); err != nil {
		return nil, err
	}
	return r.play(ctx, c.Weather)
}

// begin starts all programs on the database as it was after the set-up.
func (r *run) begin(ctx context.Context, schema string) error {
	if err := r.on.Cluster.Anew(ctx); err != nil {
		return err
	}
	conn, err := r.on.Cluster.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, schema); err != nil {
		return err
	}
	return r.on.StartPrograms(ctx)
}

// play sends a few events in the weather and judges.
func (r *run) play(ctx context.Context, weather string) ([]string, error) {
	journal, err := r.send(ctx, weather)
	if err != nil {
		return nil, err
	}
	conn, err := r.on.Cluster.Connect(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	patience := benchPatience
	if weather == "silence" {
		patience = longPatience
	}
	rest, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r.rest(rest, conn)
	calls, err := recorder.OpenJournal(journal)
	if err != nil {
		return nil, err
	}
	err = errors.Join(r.calls(calls, r.seen), calls.Close())
	if err != nil {
		return nil, err
	}
	if err := checker.Load(ctx, conn, journal); err != nil {
		return nil, err
	}
	return r.findings(checker.Judge(ctx, conn))
}

// findings are the names of the checks that found something, with those of the logs.
func (r *run) findings(checks []checker.Check, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	logs, err := checker.Logs(r.Dir, r.secrets())
	r.last = nil
	for _, c := range append(checks, logs) {
		r.last = append(r.last, c.Findings...)
	}
	return checker.Found(append(checks, logs)), err
}

// send makes a journal of its own and fills it.
func (r *run) send(ctx context.Context, weather string) (path string, err error) {
	r.simulator.Heal()
	if ledger := r.simulator.Ledger(simulator.Query{After: r.seen}); len(ledger) > 0 {
		r.seen = ledger[len(ledger)-1].ID
	}
	path = filepath.Join(r.Dir, "control.jsonl")
	if err := os.RemoveAll(path); err != nil {
		return "", err
	}
	journal, err := recorder.OpenJournal(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	plan := recorder.Plan{Lines: r.lines, Doors: r.on.Doors, Journal: journal, Seed: r.Seed, Events: r.Tier.Events,
		Senders: r.Tier.Senders, Rate: r.Tier.Rate, Speak: r.Tier.Speak, Copies: 3}
	course := weather
	switch weather {
	case "revoke":
		course = ""
		gone, err := workplace.Withdraw(ctx, r.admins[r.lines[0].Connection], r.emails[r.lines[0].Connection], r.lines[0])
		if err != nil {
			return "", err
		}
		<-time.After(revokedAfter)
		plan.Lines = append([]*recorder.Line{gone}, r.lines[1:]...)
	case "":
	default: // a repeat must not make good what the first delivery lost
		plan.Copies, plan.Rate, plan.Events = 1, 200, 4*plan.Events
	}
	n := &nemesis.Nemesis{On: r.on, Simulator: r.simulator, Log: io.Discard}
	faults := make(chan error, 1)
	go func() { faults <- n.Weather(ctx, course) }()
	return path, errors.Join(recorder.NewSender(plan).Run(ctx), <-faults)
}

// doctored changes rows of the last good run, judges, and takes the change back.
func (r *run) doctored(ctx context.Context, rows string) ([]string, error) {
	conn, err := r.on.Cluster.Connect(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "begin; set local session_replication_role = replica"); err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, rows); err != nil {
		return nil, err
	}
	found, err := r.findings(checker.Judge(ctx, conn))
	_, undone := conn.Exec(ctx, "rollback")
	return found, errors.Join(err, undone)
}
