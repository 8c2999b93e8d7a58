package attendance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/signing"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// Report is what a check of the records found.
type Report = evidence.Report

// Finding is one row that is not as it was recorded.
type Finding = evidence.Finding

// Key is where the key that signs checkpoints is in a data directory.
func Key(dataDir string) string { return filepath.Join(dataDir, "keys", "evidence.pem") }

// Checkpoints is the file in a data directory that keeps checkpoints outside the database.
func Checkpoints(dataDir string) string {
	return filepath.Join(dataDir, "evidence", "checkpoints.jsonl")
}

func newSealer(cfg Config, facts *store.Store) (*evidence.Sealer, error) {
	key, err := signing.LoadOrCreate(Key(cfg.DataDir))
	if err != nil {
		return nil, err
	}
	return &evidence.Sealer{Store: facts, Key: key, Journal: evidence.Journal{Path: Checkpoints(cfg.DataDir)}, Log: cfg.Log.Named("evidence")}, nil
}

// Verify checks the records of every company against their seals and those against the checkpoints of the data
// directory. It changes nothing and may run at any time. url's login must own the tables or be a superuser.
func Verify(ctx context.Context, url config.Secret, dataDir string) (report Report, err error) {
	key, err := signing.Load(Key(dataDir))
	if errors.Is(err, fs.ErrNotExist) {
		return report, fmt.Errorf("%w: DAKOKU_DATA_DIR must be the directory that the service runs with, or its copy", err)
	}
	if err != nil {
		return report, err
	}
	// The file first: every checkpoint in it is then in the moment of the database that is read afterwards.
	outside, err := evidence.Journal{Path: Checkpoints(dataDir)}.Read()
	if err != nil {
		return report, fmt.Errorf("%s: %w", Checkpoints(dataDir), err)
	}
	err = store.Inspect(ctx, url, func(ctx context.Context, read store.Evidence) error {
		report, err = evidence.Verify(ctx, read, outside, key, time.Now())
		return err
	})
	return report, err
}
