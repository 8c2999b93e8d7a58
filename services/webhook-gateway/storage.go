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
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/callback"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/intake"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/spool"
)

// storagePatience is how long readiness waits for the database before it asks
// whether the spool would do.
const storagePatience = time.Second

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
	known, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	p.keys, err = p.loadKeys(known)
	if err == nil {
		return p.clock.Measure(ctx)
	}
	if !p.spools() || !postgres.Unavailable(err) {
		return err
	}
	p.late = true
	return p.resume(err)
}

func (p *Public) spools() bool { return p.cfg.SpoolMaxBytes > 0 }

func (p *Public) spoolDir() string {
	if p.cfg.SpoolDir != "" {
		return p.cfg.SpoolDir
	}
	return filepath.Join(p.cfg.DataDir, "spool")
}

func (p *Public) keySource() seal.Source {
	return inboxKeys(p.cfg.DataDir, p.cfg.MasterKeys, p.cfg.KeyService)
}

func (p *Public) loadKeys(ctx context.Context) (*seal.Keyring, error) {
	if err := p.db.MigrationsCurrent(ctx, InboxMigrations()); err != nil {
		return nil, err
	}
	return seal.Load(ctx, p.keySource(), postgres.NewSealCheck(p.db, InboxMigrations()))
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
		return fmt.Errorf("%w; and it cannot start without the database: %w", away, err)
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
