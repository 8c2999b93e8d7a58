// Package devca makes the certificates of an installation that brings none: a
// private CA on first run and one leaf per process.
//
// It knows files, validity and renewal. It refuses to touch certificates that it
// has not made: a directory with ca.crt but without ca.key belongs to an operator.
package devca

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/platform/internal/keyfile"
	"github.com/dakoku/dakoku/platform/run"
)

const (
	caLife      = 10 * 365 * 24 * time.Hour
	leafLife    = 90 * 24 * time.Hour
	renewBefore = 30 * 24 * time.Hour
	lookEvery   = 12 * time.Hour
)

// Ensure makes sure that dir holds ca.crt and, for every name, <name>.crt and
// <name>.key with the DNS SAN name. What is missing, not signed by the CA or
// valid for less than 30 days is made anew. Several processes may call it at
// once. The directory is 0700, every file 0600, keys are ECDSA P-256.
func Ensure(dir string, names ...string) error {
	if foreign(dir) {
		return complete(dir, names)
	}
	unlock, err := keyfile.Lock(dir)
	if err != nil {
		return fmt.Errorf("development CA: %w", err)
	}
	defer unlock()
	ca, err := ensureCA(dir)
	if err != nil {
		return fmt.Errorf("development CA: %w", err)
	}
	for _, name := range names {
		if err := ca.ensureLeaf(dir, name); err != nil {
			return fmt.Errorf("development CA: leaf %s: %w", name, err)
		}
	}
	return nil
}

// Keep renews what Ensure made until ctx ends, for processes that run longer
// than a certificate is valid.
func Keep(ctx context.Context, dir string, names ...string) error {
	for Wait(ctx) {
		if err := Ensure(dir, names...); err != nil {
			return err
		}
	}
	return nil
}

// Wait returns true when it is time to look at certificates again, and false when
// ctx has ended.
func Wait(ctx context.Context) bool { return run.Pause(ctx, lookEvery) == nil }

// foreign reports certificates that an operator has put here. We write our own
// key before our certificate, so one without the other is never ours.
func foreign(dir string) bool {
	return exists(filepath.Join(dir, "ca.crt")) && !exists(filepath.Join(dir, "ca.key"))
}

// complete names what an operator's directory lacks.
func complete(dir string, names []string) error {
	var errs []error
	for _, name := range names {
		for _, file := range []string{name + ".crt", name + ".key"} {
			if path := filepath.Join(dir, file); !exists(path) {
				errs = append(errs, fmt.Errorf("certificates: %s is missing; %s has no ca.key, so it must hold every certificate", path, dir))
			}
		}
	}
	return errors.Join(errs...)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
