package faultlab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	gateway "github.com/dakoku/dakoku/services/webhook-gateway"
	"github.com/dakoku/dakoku/simulator"
	"github.com/dakoku/dakoku/system/faultlab/checker"
	"github.com/dakoku/dakoku/system/faultlab/nemesis"
	"github.com/dakoku/dakoku/system/faultlab/recorder"
	"github.com/dakoku/dakoku/system/faultlab/supervisor"
	"github.com/dakoku/dakoku/system/faultlab/workplace"
	"github.com/dakoku/dakoku/system/internal/adminapi"
)

// Config says what is run and where.
type Config struct {
	Tier Tier
	Seed uint64
	Root string    // of the repository
	Bin  string    // where the programs are; empty: they are built
	Dir  string    // where everything lives while it runs; it exists
	Out  io.Writer // progress, for people
}

// run is one run under way.
type run struct {
	Config
	simulator *simulator.Simulator
	on        *supervisor.Installation
	lines     []*recorder.Line
	admins    map[string]*adminapi.Client // by the connections of their companies
	emails    map[string]string           // of those administrators, by the same
	journal   *recorder.Journal
	path      string   // of the journal
	last      []string // what the last judgement of a control found
	withdrawn atomic.Bool
	former    []string // URLs, by their last part, to which nothing is sent any more
	recalled  int64    // facts that stood halfway
	seen      int64    // the last entry of LINE WORKS' ledger that an earlier control had
	sender    *recorder.Sender
	nemesis   *nemesis.Nemesis
}

// Whole is a run and, in tiers that have them, the negative controls after it.
func Whole(ctx context.Context, cfg Config) (Report, error) {
	report, err := Run(ctx, cfg)
	if err != nil || !cfg.Tier.Controls {
		return report, err
	}
	cfg.Dir = filepath.Join(cfg.Dir, "controls")
	if err := os.Mkdir(cfg.Dir, 0o711); err != nil {
		return report, err
	}
	proof, err := Controls(ctx, cfg)
	report.proven(proof)
	return report, err
}

// Run performs a run from building the programs to the judgement. An error means that
// there is no judgement; whether it is good is in the report.
func Run(ctx context.Context, cfg Config) (Report, error) {
	began := time.Now()
	r := &run{Config: cfg, path: filepath.Join(cfg.Dir, "journal.jsonl")}
	defer r.stop()
	if err := r.prepare(ctx); err != nil {
		return Report{}, err
	}
	r.say("%d lines, sending", len(r.lines))
	if err := r.storm(ctx); err != nil {
		return Report{}, err
	}
	r.say("%d faults are over; waiting for rest", r.nemesis.Total())
	checks, err := r.judge(ctx)
	if err != nil {
		return Report{}, err
	}
	logs, err := checker.Logs(cfg.Dir, r.secrets())
	if err != nil {
		return Report{}, err
	}
	own, err := verify(ctx, config.Secret(r.on.Database()), filepath.Join(r.Dir, "data"))
	if err != nil {
		return Report{}, err
	}
	report, err := r.report(ctx, append(checks, logs, own))
	report.Seconds = time.Since(began).Round(time.Millisecond).Seconds()
	return report, err
}

func (r *run) say(format string, args ...any) {
	fmt.Fprintf(r.Out, "%s %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// prepare builds and starts everything and sets two companies up.
func (r *run) prepare(ctx context.Context) (err error) {
	bin := r.Bin
	if bin == "" {
		bin = filepath.Join(r.Dir, "bin")
		r.say("building the programs")
		if err := supervisor.Build(ctx, r.Root, bin, fmt.Sprint("-race=", r.Tier.Race)); err != nil {
			return err
		}
	}
	platform, err := r.simulate(ctx)
	if err != nil {
		return err
	}
	r.say("starting two of each service and two PostgreSQL")
	if r.on, err = supervisor.Start(ctx, supervisor.Config{Dir: r.Dir, Bin: bin, Platform: platform, Disks: r.disks()}); err != nil {
		return err
	}
	if r.journal, err = recorder.OpenJournal(r.path); err != nil {
		return err
	}
	return r.setUp(ctx)
}

// disks tells whether disks are to be filled. Who is not root cannot: that is said, and
// the fault is left out.
func (r *run) disks() bool {
	if r.Tier.Faults[nemesis.Disk] == 0 {
		return false
	}
	if os.Geteuid() != 0 {
		r.say("no disk is filled: that needs root")
		delete(r.Tier.Faults, nemesis.Disk)
		return false
	}
	return true
}

// simulate starts the stand-in for LINE WORKS. It ends with the run's context.
func (r *run) simulate(ctx context.Context) (string, error) {
	r.simulator = simulator.New(simulator.Config{RatePerMinute: -1, LedgerSize: 1 << 20})
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { _ = r.simulator.Run(ctx, lis) }() // nobody is left to hear of its end
	return "http://" + lis.Addr().String(), nil
}

// setUp makes two companies with four bots each.
func (r *run) setUp(ctx context.Context) error {
	secret, err := r.on.SetupSecret()
	if err != nil {
		return err
	}
	first := adminapi.New(r.on.Admin)
	if err := workplace.First(ctx, first, secret); err != nil {
		return err
	}
	second := adminapi.New(r.on.Admin)
	const email = "second@faultlab.example"
	database := config.Secret(r.on.Database())
	_, link, err := gateway.CreateOrganization(ctx, database, r.on.Admin, gateway.NewOrganization{Name: "第二社", Email: email, Person: "管理者"})
	if err != nil {
		return err
	}
	if err := workplace.Another(ctx, second, email, link); err != nil {
		return err
	}
	r.admins, r.emails = map[string]*adminapi.Client{}, map[string]string{}
	emails := map[string]string{"甲社": workplace.FirstEmail, "乙社": email}
	for name, admin := range map[string]*adminapi.Client{"甲社": first, "乙社": second} {
		c := &workplace.Company{Name: name, Admin: admin, Simulator: r.simulator, People: r.Tier.People}
		lines, err := c.Open(ctx)
		if err != nil {
			return fmt.Errorf("company %s: %w", name, err)
		}
		for _, line := range lines {
			r.lines, r.admins[line.Connection], r.emails[line.Connection] = append(r.lines, line), admin, emails[name]
		}
	}
	return r.tenants(ctx)
}

// tenants looks up whose the connections are.
func (r *run) tenants(ctx context.Context) error {
	conn, err := r.on.Cluster.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, line := range r.lines {
		if err := conn.QueryRow(ctx, "select tenant_id::text from integration.connection where id = $1", line.Connection).Scan(&line.Tenant); err != nil {
			return err
		}
	}
	return nil
}

// storm sends events while faults happen.
func (r *run) storm(ctx context.Context) error {
	log, err := os.Create(filepath.Join(r.Dir, "faults.log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	r.nemesis = &nemesis.Nemesis{Plan: nemesis.Plan{Seed: r.Seed, Count: r.Tier.Faults, Pause: r.Tier.Pause}, On: r.on, Simulator: r.simulator, Log: log}
	var calm atomic.Bool
	r.sender = recorder.NewSender(recorder.Plan{
		Lines: r.lines, Doors: r.on.Doors, Journal: r.journal, Seed: r.Seed, Events: r.Tier.Events, Senders: r.Tier.Senders,
		Least: r.Tier.Least, Rate: r.Tier.Rate, Speak: r.Tier.Speak, Over: calm.Load, Withdrawn: r.withdrawn.Load,
	})
	if err := r.sender.Ready(ctx); err != nil {
		return err
	}
	faults := make(chan error, 1)
	go func() { faults <- r.nemesis.Run(ctx); calm.Store(true) }()
	meanwhile, end := context.WithCancel(ctx)
	var others sync.WaitGroup
	others.Go(func() { r.remember(meanwhile) })
	others.Go(func() { r.withdraw(meanwhile) })
	sent := r.sender.Run(ctx)
	err = errors.Join(sent, <-faults)
	end()
	others.Wait()
	return err
}

// judge waits until everything has come to rest and lets the checker look. What has
// not come to rest in time is judged as it is.
func (r *run) judge(ctx context.Context) ([]checker.Check, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Tier.Patience)
	defer cancel()
	r.simulator.Heal()
	if err := r.on.Heal(ctx); err != nil {
		return nil, fmt.Errorf("it does not come back: %w", err)
	}
	conn, err := r.on.Cluster.Connect(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if open := r.rest(ctx, conn); open > 0 {
		r.say("%d rows have not come to rest", open)
	}
	if err := errors.Join(r.calls(r.journal, 0), r.gone()); err != nil {
		return nil, err
	}
	whole := context.WithoutCancel(ctx)
	if err := errors.Join(checker.Load(whole, conn, r.path), r.recall(whole, conn)); err != nil {
		return nil, err
	}
	for {
		checks, err := checker.Judge(whole, conn)
		if err != nil || checker.Count(checks, "lost")+checker.Count(checks, "dishonest") == 0 || ctx.Err() != nil {
			return checks, err
		}
		select { // a spool may hold what is missing
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
		r.rest(ctx, conn)
	}
}

// secrets are what no log may show.
func (r *run) secrets() (list []string) {
	list = append(list, r.former...)
	for _, line := range r.lines {
		list = append(list, line.Key)
		for _, path := range line.Paths {
			list = append(list, filepath.Base(path))
		}
	}
	return list
}

func (r *run) report(ctx context.Context, checks []checker.Check) (Report, error) {
	report := Report{
		Tier: r.Tier.Name, Seed: r.Seed, Faults: r.nemesis.Total(), Kills: r.nemesis.Done(nemesis.Kill),
		DatabaseCrashes: r.nemesis.Done(nemesis.Crash), Failovers: r.nemesis.Done(nemesis.Failover),
		Events: r.sender.Sent.Load(), Deliveries: r.sender.Deliveries.Load(), Acknowledged: r.sender.OK.Load(),
		Refused: r.sender.Refused.Load(), Unknown: r.sender.Unknown.Load(), slowest: r.sender.Slowest(), FurtherControls: "0/0", NegativeControls: "0/0",
		byKind: map[string]int{},
	}
	for kind := range r.Tier.Faults {
		report.byKind[kind] = r.nemesis.Done(kind)
	}
	var err error
	report.Prompt, err = r.prompt(ctx)
	report.judged(checks)
	report.fallsShort(r.Tier.missed(report)...)
	if !r.withdrawn.Load() {
		report.fallsShort("no URL was withdrawn")
	}
	if r.recalled == 0 {
		report.fallsShort("nothing was remembered halfway")
	}
	return report, err
}

// prompt is the share of deliveries that were answered 200 within 1.5 s.
func (r *run) prompt(ctx context.Context) (float64, error) {
	conn, err := r.on.Cluster.Connect(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	asked, prompt, err := checker.Prompt(ctx, conn)
	if err != nil || asked == 0 {
		return 0, err
	}
	return float64(prompt) / float64(asked), nil
}

func (r *run) stop() {
	if r.on != nil {
		r.on.Stop()
	}
	if r.journal != nil {
		_ = r.journal.Close() // every entry was written before
	}
}
