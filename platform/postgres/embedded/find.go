package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldestMajor is the oldest PostgreSQL the product's SQL runs on.
const oldestMajor = 15

// programs is one installation of PostgreSQL.
type programs struct {
	bin     string // directory of postgres and initdb
	version string // "15.18"
	major   int
}

// path is the path of one program.
func (p programs) path(name string) string { return filepath.Join(p.bin, name) }

// places is where to look for programs.
type places struct {
	patterns []string // directories, as globs, in order of preference
	pathEnv  bool     // whether PATH counts
	npmCache string   // where npm's package is or goes; "" means no npm
	npmRoots []string // directories that may have node_modules with the package
	shared   string   // where files go that another user must reach; only as root
}

// systemPlaces is the usual search.
func systemPlaces() places {
	p := places{
		patterns: []string{
			"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
			"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
			"/Applications/Postgres.app/Contents/Versions/*/bin",
		},
		pathEnv: true,
		shared:  "/var/lib/dakoku",
	}
	if cache, err := os.UserCacheDir(); err == nil {
		p.npmCache = filepath.Join(cache, "dakoku", "postgres")
	} else {
		p.npmCache = filepath.Join(os.TempDir(), fmt.Sprintf("dakoku-postgres-%d", os.Geteuid()))
	}
	if here, err := os.Getwd(); err == nil {
		for ; here != filepath.Dir(here); here = filepath.Dir(here) {
			p.npmRoots = append(p.npmRoots, here)
		}
	}
	return p
}

// find returns programs of the wanted major version, 0 meaning the newest on the
// first place that has any, and installs them through npm as the last resort.
func find(ctx context.Context, cfg Config, search places, want int) (programs, error) {
	if cfg.Bin != "" {
		p, err := inspect(ctx, cfg.Bin)
		if err != nil {
			return programs{}, err
		}
		if want != 0 && p.major != want {
			return programs{}, otherMajor(want, p)
		}
		cfg.Progress("PostgreSQL " + p.version + " found in " + p.bin)
		return p, nil
	}
	for _, bin := range search.directories() {
		p, err := inspect(ctx, bin)
		if err == nil && (want == 0 || p.major == want) {
			cfg.Progress("PostgreSQL " + p.version + " found in " + p.bin)
			return p, nil
		}
	}
	if want != 0 && want != npmMajor {
		return programs{}, fmt.Errorf("the data was made by PostgreSQL %d, which is not installed: install PostgreSQL %d, or set DAKOKU_POSTGRES_BIN to its programs", want, want)
	}
	return npmPrograms(ctx, search.npmCache, cfg.Progress)
}

// otherMajor keeps a new major version from starting with an empty database
// beside the data of an older one.
func otherMajor(want int, found programs) error {
	return fmt.Errorf("the data was made by PostgreSQL %d but %s is %s: use PostgreSQL %d, or dump the data and restore it into a new directory",
		want, found.bin, found.version, want)
}

// directories expands the places, the newest version first within a pattern.
func (p places) directories() []string {
	var dirs []string
	for _, pattern := range p.patterns {
		found, _ := filepath.Glob(pattern) // the patterns are well-formed
		slices.SortFunc(found, func(a, b string) int { return versionOf(b) - versionOf(a) })
		dirs = append(dirs, found...)
	}
	if p.pathEnv {
		if initdb, err := exec.LookPath("initdb"); err == nil {
			dirs = append(dirs, filepath.Dir(initdb))
		}
	}
	for _, root := range p.npmRoots {
		dirs = append(dirs, npmBin(root))
	}
	return dirs
}

var (
	number      = regexp.MustCompile(`\d+`)
	versionText = regexp.MustCompile(`\(PostgreSQL\) ((\d+)[.\w]*)`)
)

// versionOf is the major version in the name of an installation, as in
// /usr/lib/postgresql/15/bin, or 0.
func versionOf(bin string) int { return firstNumber(filepath.Base(filepath.Dir(bin))) }

// firstNumber is the first number in a text, or 0.
func firstNumber(text string) int {
	n, _ := strconv.Atoi(number.FindString(text)) // no number: 0
	return n
}

// inspect asks the programs in a directory for their version.
func inspect(ctx context.Context, bin string) (programs, error) {
	if strings.Contains(bin, "node_modules") {
		if err := linkLibraries(npmPackage(bin)); err != nil {
			return programs{}, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	p := programs{bin: bin}
	for _, name := range []string{"initdb", "postgres"} {
		cmd := exec.CommandContext(ctx, p.path(name), "--version")
		cmd.Env = cleanEnv()
		out, err := cmd.CombinedOutput()
		parts := versionText.FindSubmatch(out)
		if err == nil && parts == nil {
			err = errors.New("no version")
		}
		if err != nil {
			return programs{}, fmt.Errorf("no PostgreSQL in %s: %s does not run: %w: %s", bin, name, err, lastLine(out))
		}
		p.version, p.major = string(parts[1]), firstNumber(string(parts[2]))
	}
	if p.major < oldestMajor {
		return programs{}, fmt.Errorf("PostgreSQL %s in %s is too old: install %d or newer", p.version, bin, oldestMajor)
	}
	return p, nil
}
