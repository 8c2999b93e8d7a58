package attendance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/process"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/platform/signing"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// Report is what a check of the records found.
type Report = evidence.Report

// Company is what was checked of a company.
type Company = evidence.Company

// Signature is a key whose signatures count.
type Signature = evidence.Signature

// Key is where the key that signs checkpoints is in a data directory.
func Key(dataDir string) string { return filepath.Join(dataDir, "keys", "evidence.pem") }

// Checkpoints is the file in a data directory that keeps checkpoints outside the database.
func Checkpoints(dataDir string) string {
	return filepath.Join(dataDir, "evidence", "checkpoints.jsonl")
}

// signers is the file in a data directory that keeps the public halves of all keys that ever signed.
func signers(dataDir string) evidence.Signers {
	return evidence.Signers{Path: filepath.Join(dataDir, "evidence", "signers.jsonl")}
}

func newSealer(cfg Config, facts *store.Store) (*evidence.Sealer, error) {
	key, err := signing.LoadOrCreate(Key(cfg.DataDir))
	if err != nil {
		return nil, err
	}
	sealer := &evidence.Sealer{
		Store: facts, Key: key, Signers: signers(cfg.DataDir), Journal: evidence.Journal{Path: Checkpoints(cfg.DataDir)}, Now: facts.Now, Log: cfg.Log.Named("evidence"),
	}
	return sealer, sealer.Announce()
}

// Signers are the keys whose signatures count in a data directory, in the order in which they signed: those announced,
// and the one that is there. An error wraps fs.ErrNotExist when there is none.
func Signers(dataDir string) ([]Signature, error) {
	known, err := signers(dataDir).Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", signers(dataDir).Path, err)
	}
	key, err := signing.Load(Key(dataDir))
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(known) > 0: // lost, or a copy of what may be known to everybody
		return known, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: DAKOKU_DATA_DIR must be the directory that the service runs with, or its copy", err)
	case err != nil:
		return nil, err
	case len(known) == 0 || known[len(known)-1].ID() != key.ID():
		known = append(known, Signature{Public: key.Public()})
	}
	return known, nil
}

// opener opens texts with the keys of the data directory or of the set; nil where neither is.
func opener(dataDir string, set config.Secret) (evidence.Opener, error) {
	source := process.KeySource(dataDir, Name, set, nil)
	if _, err := os.Stat(source.Path); set == "" && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	keys, err := seal.Existing(source)
	if err != nil {
		return nil, err
	}
	return func(tenant, punch string, sealed []byte) (bool, error) {
		text, err := keys.Open(store.TextContext(tenant, punch), sealed)
		clear(text)
		if errors.Is(err, seal.ErrAway) {
			return false, err
		}
		return err == nil, nil
	}, nil
}

// Verify checks the records of every company against their seals and those against the checkpoints of the data
// directory. It opens every text with the keys of the directory or of the set, if they are there, and tells nothing of
// it. It changes nothing and may run at any time. url's login must own the tables or be a superuser.
func Verify(ctx context.Context, url config.Secret, dataDir string, set config.Secret) (report Report, err error) {
	open, err := opener(dataDir, set)
	if err != nil {
		return report, err
	}
	// The file first: every checkpoint in it is then in the moment of the database that is read afterwards.
	written, err := evidence.Journal{Path: Checkpoints(dataDir)}.Read()
	if err != nil {
		return report, fmt.Errorf("%s: %w", Checkpoints(dataDir), err)
	}
	err = store.Inspect(ctx, url, func(ctx context.Context, read store.Evidence) error {
		outside := evidence.Outside{Checkpoints: written, Signers: func() ([]Signature, error) { return Signers(dataDir) }, Open: open}
		// By the clock of this machine: that of the database is in the hands of whoever is checked.
		report, err = evidence.Verify(ctx, read, outside, time.Now())
		return err
	})
	return report, err
}
