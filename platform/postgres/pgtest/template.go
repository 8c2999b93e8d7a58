package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
)

// generation changes when templates made before must not be used any more.
const generation = "1"

// template returns the name of a database with the migrations applied, made at
// the first need and keyed by what the migrations say.
func (s *server) template(ctx context.Context, all []postgres.Migrations) (string, error) {
	name, err := templateName(all)
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	one := s.lockOf(name)
	one.Lock()
	defer one.Unlock()
	if s.isReady(name) {
		return name, nil
	}
	if err := s.build(ctx, name, all); err != nil {
		return "", err
	}
	s.setReady(name)
	return name, nil
}

// build migrates a database under a passing name and renames it when whole.
func (s *server) build(ctx context.Context, name string, all []postgres.Migrations) error {
	work := testPrefix + "building_" + strings.ToLower(rand.Text()[:10])
	if err := s.exec(ctx, "create database "+quote(work)); err != nil {
		return fmt.Errorf("create template: %w", err)
	}
	for _, m := range all {
		if err := postgres.Migrate(ctx, s.url(work), m); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "alter database "+quote(work)+" rename to "+quote(name)); err != nil {
		return fmt.Errorf("name template: %w", err)
	}
	return nil
}

// templateName is a hash over contexts, file names and file contents.
func templateName(all []postgres.Migrations) (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%q", generation) // a hash never fails
	for _, m := range all {
		_, _ = fmt.Fprintf(sum, "%q", m.Context)
		if m.Files == nil {
			return "", fmt.Errorf("context %s has no files", m.Context)
		}
		err := fs.WalkDir(m.Files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(m.Files, path)
			_, _ = fmt.Fprintf(sum, "%q%q", path, text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return templatePrefix + hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// tidy drops the databases of earlier tests, and all templates once there are
// many; it remembers the templates that stay.
func (s *server) tidy(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, "select datname from pg_database where datname like $1 or datname like $2",
		strings.ReplaceAll(testPrefix, "_", `\_`)+"%", strings.ReplaceAll(templatePrefix, "_", `\_`)+"%")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(name, templatePrefix) && len(names) <= manyTemplates {
			s.ready[name] = true
			continue
		}
		if err := s.exec(ctx, "drop database "+quote(name)+" with (force)"); err != nil {
			return err
		}
	}
	return nil
}

// lockOf is the lock under which one template is made.
func (s *server) lockOf(name string) *sync.Mutex {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.templates[name] == nil {
		s.templates[name] = new(sync.Mutex)
	}
	return s.templates[name]
}

// isReady tells that the template is there.
func (s *server) isReady(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready[name]
}

// setReady notes that the template is there.
func (s *server) setReady(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready[name] = true
}
