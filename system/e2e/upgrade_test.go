//go:build upgrade

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// steps is how many callbacks are taken between two changes of the installation.
const steps = 15

// TestUpgrade runs the version before and this one side by side: the one before on
// the present schema, then each process in turn replaced by the present one, then one
// of each taken back again, while people punch. Nothing that was answered 200 is lost,
// doubled or judged otherwise.
//
// Doors of the version before may close their listener at once: what is refused or cut
// off by them counts as not sent. Another answer than 200 is a fault of either version.
func TestUpgrade(t *testing.T) {
	r := layOut(t)
	before := r.before()
	for _, name := range r.order {
		before.take(r.processes[name])
	}
	r.begin()
	c := &callers{company: r.company(), addr: r.doors.addr}
	c.path = r.callbackPath(c.company)
	c.call(2, 200*time.Millisecond)
	c.more("on its own schema")
	for _, name := range r.order {
		before.leave(r.processes[name])
	}
	r.migrateAll()
	c.more("the version before on the present schema")
	for _, name := range r.order {
		r.restart(name, c)
		c.more("after " + name + " is the present one")
	}
	for _, name := range r.order {
		if !strings.HasSuffix(name, " 2") {
			before.take(r.processes[name])
			r.restart(name, c)
			c.more("after " + name + " is the one before again")
		}
	}
	c.stop()
	r.judgedAll()
	taken, trouble := c.so()
	t.Logf("%d callbacks were taken and %d had no answer", taken, len(trouble))
	for _, each := range trouble {
		if strings.HasPrefix(each, "answered") {
			t.Error(each)
		}
	}
	r.recorded(taken, len(trouble))
}

// more waits until callbacks have been taken.
func (c *callers) more(when string) {
	c.t.Helper()
	before, _ := c.so()
	eventually(c.t, "callbacks are taken: "+when, func() bool { now, _ := c.so(); return now >= before+steps })
}

// former is the programs of the version before.
type former struct {
	dir      string
	settings string // what its programs say about themselves, to find the settings they know
	present  map[*process]process
}

// before builds them out of the commit that previous.txt names.
func (r *roll) before() *former {
	r.t.Helper()
	source, f := r.t.TempDir(), &former{dir: r.t.TempDir(), present: map[*process]process{}}
	named, err := os.ReadFile("../previous.txt")
	if err != nil {
		r.t.Fatal(err)
	}
	commit := regexp.MustCompile(`(?m)^commit ([0-9a-f]{40})$`).FindSubmatch(named)
	if commit == nil {
		r.t.Fatal("previous.txt names no commit")
	}
	r.shell("git -C ../.. archive " + string(commit[1]) + " | tar -x -C " + source)
	r.shell("cd " + source + " && go build -o " + f.dir + " ./services/attendance/cmd/... ./services/integration/cmd/... ./services/webhook-gateway/cmd/...")
	settings, err := os.ReadFile(filepath.Join(source, "docs/settings.md"))
	if err != nil {
		r.t.Fatal(err)
	}
	f.settings = string(settings)
	return f
}

func (r *roll) shell(line string) {
	r.t.Helper()
	if out, err := exec.CommandContext(r.t.Context(), "sh", "-c", line).CombinedOutput(); err != nil {
		r.t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// take makes the next start of a process one of the version before, without settings
// that it does not know.
func (f *former) take(p *process) {
	f.present[p] = process{path: p.path, env: p.env}
	p.path = filepath.Join(f.dir, filepath.Base(p.path))
	p.env = slices.DeleteFunc(slices.Clone(p.env), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return !strings.Contains(f.settings, "`"+name+"`")
	})
}

// leave makes the next start of a process one of the present version.
func (f *former) leave(p *process) { p.path, p.env = f.present[p].path, f.present[p].env }
