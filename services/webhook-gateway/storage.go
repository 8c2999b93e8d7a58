package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/run"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/callback"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/intake"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
)

// storagePatience is how long readiness waits for the database before it asks
// whether the spool would do.
const storagePatience = time.Second

const (
	// firstPatience is how long a start waits for the database before it looks for what
	// an earlier start has left. Whoever posts meanwhile posts to nobody.
	firstPatience = 5 * time.Second
	// startPatience is how long a start waits that has nothing else to start by.
	startPatience = time.Minute
	startStep     = 250 * time.Millisecond
)

// openDatabase opens database and keys. With a spool the database may be away:
// then the door starts by what it kept on this machine, and the database is
// proven to be the right one before anything is done with it.
func (p *Public) openDatabase(ctx context.Context) (err error) {
	p.db, err = postgres.Open(ctx, postgres.Config{
		URL: p.cfg.DatabaseURL, Role: InboxMigrations().Role(), MaxConns: p.cfg.MaxConns, MayBeAway: p.spools(), ByIndex: true, Log: p.cfg.Log,
	})
	if err != nil {
		return err
	}
	p.clock = postgres.NewUnsetClock(p.db, p.cfg.Now)
	if err := p.clock.Report(p.cfg.Registry); err != nil {
		return err
	}
	patience := startPatience
	if p.spools() {
		patience = firstPatience
	}
	err = p.loadKeys(ctx, patience)
	if p.spools() && postgres.Unavailable(err) {
		if p.late = p.resume(err) == nil; p.late {
			return nil
		}
		err = p.awaitDatabase(ctx)
	}
	if err != nil {
		return err
	}
	return p.clock.Measure(ctx)
}

// awaitDatabase waits for a database without which the door cannot start, as one that
// starts for the first time: on a busy machine it may be long in answering.
func (p *Public) awaitDatabase(ctx context.Context) error {
	giveUp := time.Now().Add(startPatience)
	for {
		err := p.loadKeys(ctx, time.Until(giveUp))
		if !postgres.Unavailable(err) {
			return err
		}
		if time.Now().After(giveUp) || run.Pause(ctx, startStep) != nil {
			return fmt.Errorf("%w; and without the database only a door starts that has run here before", err)
		}
	}
}

func (p *Public) spools() bool { return p.cfg.SpoolMaxBytes > 0 }

func (p *Public) spoolDir() string { return spoolDir(p.cfg.DataDir, p.cfg.SpoolDir) }

func spoolDir(dataDir, set string) string {
	if set != "" {
		return set
	}
	return filepath.Join(dataDir, "spool")
}

// SpoolCommand does what is said about the files of a spool: "import" and names of
// files that were put aside. say gets a line for each.
func SpoolCommand(dataDir string, s Spool, words []string, say func(string)) error {
	if len(words) < 2 || words[0] != "import" {
		return errors.New("use spool import FILE..., with files *.segment.kept")
	}
	for _, file := range words[1:] {
		records, err := spool.Import(spoolDir(dataDir, s.SpoolDir), file)
		if err != nil {
			return fmt.Errorf("spool import: %w", err)
		}
		say(fmt.Sprintf("%s: %d callbacks; a door that runs here brings them in within some seconds. What is in the inbox already is not stored twice; what it still refuses is put aside again.", file, records))
	}
	return nil
}

func (p *Public) keySource() seal.Source {
	return inboxKeys(p.cfg.DataDir, p.cfg.MasterKeys, p.cfg.KeyService)
}

// loadKeys opens the keys by the database, which may take so long.
func (p *Public) loadKeys(ctx context.Context, patience time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.db.MigrationsCurrent(ctx, InboxMigrations()); err != nil {
		return err
	}
	p.keys, err = seal.Load(ctx, p.keySource(), postgres.NewSealCheck(p.db, InboxMigrations()))
	return err
}

// resume starts without the database, which takes the keys and the copy of the
// callback endpoints that an earlier start left. That the copy opens proves that
// the keys are those of that start.
func (p *Public) resume(away error) error {
	keys, err := seal.Resume(p.keySource())
	if err == nil {
		p.keys = keys
		err = p.newCopy().Load(p.table, p.cfg.Now())
	}
	if err != nil {
		p.cfg.Log.Warn("the database is away, and the door has nothing that it could start by without it; it waits", zap.Duration("atMost", startPatience),
			zap.NamedError("away", away), zap.Error(err))
		return err
	}
	p.cfg.Log.Warn("the database is away; callbacks go to the spool until it is there", zap.Error(away))
	return nil
}

func (p *Public) newCopy() *callback.Copy {
	return &callback.Copy{Path: filepath.Join(p.spoolDir(), "endpoints"), Keys: p.keys}
}

// openSpool takes a place on the disk, and what is known of the endpoints from there.
func (p *Public) openSpool(context.Context) (err error) {
	if !p.spools() {
		return nil
	}
	p.spool, err = spool.Open(spool.Config{Dir: p.spoolDir(), MaxBytes: p.cfg.SpoolMaxBytes, Keys: p.keys, Log: p.cfg.Log})
	if err != nil {
		return fmt.Errorf("DAKOKU_SPOOL_DIR: %w", err)
	}
	p.copy = p.newCopy()
	if _, loaded := p.table.Checked(); loaded {
		return nil
	}
	if err := p.copy.Load(p.table, p.cfg.Now()); err != nil && !errors.Is(err, os.ErrNotExist) {
		p.cfg.Log.Info("the door waits for integration", zap.Error(err))
	}
	return nil
}

func (p *Public) openIntake() error {
	meters, err := intake.NewMeters(p.cfg.Registry)
	if err != nil {
		return err
	}
	cfg := intake.Config{
		Inbox: p.inbox, Clock: p.clock, Log: p.cfg.Log, Meters: meters,
		Current: func() bool { return p.table.Current(p.cfg.Now()) },
	}
	if p.spool != nil {
		cfg.Spool = p.spool
	}
	if p.late {
		cfg.Admit = p.admit
	}
	p.intake = intake.New(cfg)
	return p.intake.Measure(p.cfg.Registry)
}

// admit proves of a database that was away at the start what is otherwise proven
// before it.
func (p *Public) admit(ctx context.Context) error {
	if err := p.db.MigrationsCurrent(ctx, InboxMigrations()); err != nil {
		return err
	}
	if err := p.keys.Prove(ctx, p.keySource(), postgres.NewSealCheck(p.db, InboxMigrations())); err != nil {
		return err
	}
	return p.clock.Measure(ctx)
}

// admitted begins a part once the database is proven to be the right one.
func (p *Public) admitted(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-p.intake.Admitted():
			return run(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

// storage tells whether a callback can be made durable: in the database, or while
// that is away on this machine.
func (p *Public) storage(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, storagePatience)
	defer cancel()
	err := p.db.MigrationsCurrent(short, InboxMigrations())
	if err == nil || !postgres.Unavailable(err) && short.Err() == nil {
		return err
	}
	if room := p.intake.Room(); room != nil {
		return errors.Join(err, room)
	}
	return nil
}
