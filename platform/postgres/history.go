package postgres

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Migrations is the forward history of one context's schema.
type Migrations struct {
	// Context names the schema; its roles are dakoku_<context> and
	// dakoku_<context>_worker.
	Context string
	// Files holds NNNN_name.sql from 0001 without gaps, at its root or in one
	// directory, and nothing else.
	Files fs.FS
	// Duties name more NOLOGIN roles, each with one narrow duty; see DutyRole.
	Duties []string
}

// Role is the role a service of the context runs as.
func (m Migrations) Role() string { return "dakoku_" + m.Context }

// WorkerRole is the role that claims work across tenants.
func (m Migrations) WorkerRole() string { return m.Role() + "_worker" }

// DutyRole is the role of one duty, which a transaction takes for what nobody
// else may do.
func (m Migrations) DutyRole(duty string) string { return m.Role() + "_" + duty }

// roles are all roles of the context.
func (m Migrations) roles() []string {
	all := []string{m.Role(), m.WorkerRole()}
	for _, duty := range m.Duties {
		all = append(all, m.DutyRole(duty))
	}
	return all
}

// step is one migration file.
type step struct {
	version int
	name    string // without number and suffix
	sql     string
	sum     []byte // SHA-256 of the file
}

// String names the file as a person knows it.
func (s step) String() string { return fmt.Sprintf("%04d_%s.sql", s.version, s.name) }

var (
	contextName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)
	fileName    = regexp.MustCompile(`^([0-9]{4})_([a-z0-9_]+)\.sql$`)
)

// steps reads the history and refuses one that is not dense from 0001.
func (m Migrations) steps() ([]step, error) {
	if !contextName.MatchString(m.Context) || strings.HasSuffix(m.Context, "_worker") {
		return nil, fmt.Errorf("migrations: %q is not a context name", m.Context)
	}
	if m.Files == nil {
		return nil, fmt.Errorf("migrations of %s: no files", m.Context)
	}
	var steps []step
	err := fs.WalkDir(m.Files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		next, err := readStep(m.Files, file)
		steps = append(steps, next)
		return err
	})
	if err == nil {
		err = dense(steps)
	}
	if err != nil {
		return nil, fmt.Errorf("migrations of %s: %w", m.Context, err)
	}
	return steps, nil
}

// readStep reads one file.
func readStep(files fs.FS, file string) (step, error) {
	parts := fileName.FindStringSubmatch(path.Base(file))
	if parts == nil {
		return step{}, fmt.Errorf("%s is not named NNNN_name.sql", file)
	}
	version, err := strconv.Atoi(parts[1])
	if err != nil {
		return step{}, fmt.Errorf("%s: %w", file, err)
	}
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return step{}, err
	}
	sum := sha256.Sum256(text)
	return step{version: version, name: parts[2], sql: string(text), sum: sum[:]}, nil
}

// dense sorts the steps and refuses a gap, a double or an empty history.
func dense(steps []step) error {
	if len(steps) == 0 {
		return errors.New("no files")
	}
	slices.SortFunc(steps, func(a, b step) int { return strings.Compare(a.String(), b.String()) })
	for i, s := range steps {
		if s.version != i+1 {
			return fmt.Errorf("%s stands where number %04d belongs", s, i+1)
		}
	}
	return nil
}
