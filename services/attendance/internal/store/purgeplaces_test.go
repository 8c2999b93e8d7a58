package store

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// forLong is how long a purge stands still while another one purges. It has no lease: its
// transaction holds what the other one needs, or does not.
const forLong = "2s"

// armable builds this package's tests with places.
func armable(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.test")
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-tags", "failpoints", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// A purge is hurt on each side of its commits: it ends as by kill -9, the commit fails or
// nobody knows of it, or it stands still while another one purges. All that is over goes
// once, and the audit counts it once.
func TestAPurgeIsHurtAtEveryPlace(t *testing.T) {
	path := armable(t)
	for _, place := range []string{"purge.texts.precommit", "purge.texts.committed", "purge.precommit", "purge.committed"} {
		for _, action := range []string{"exit", "error", "hang:" + forLong} {
			t.Run(place+"="+action, func(t *testing.T) { purgeHurt(t, path, place, action) })
		}
	}
}

func purgeHurt(t *testing.T, path, place, action string) {
	t.Helper()
	c := newCourt(t)
	c.leaps = true
	c.records(t, 2)
	now := time.Now().AddDate(6, 0, 0).UTC().Truncate(time.Second)
	facts, written := c.count(t, left), c.count(t, texts)
	victim := exec.CommandContext(t.Context(), path, "-test.run=^TestPurgeVictim$")
	victim.Env = append(os.Environ(), "FAILPOINTS="+place+"="+action, victimURL+"="+c.database.URL.Reveal(),
		victimNow+"="+now.Format(time.RFC3339), victimLast+"="+strconv.Itoa(1<<30))
	var said heard
	victim.Stdout, victim.Stderr = &said, &said
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	verb, _, hangs := strings.Cut(action, ":")
	if !hangs {
		if err := victim.Wait(); err == nil {
			t.Error("it came to its end")
		}
		c.clean(t, now)
	} else {
		said.wait(t, "failpoint "+place+": "+verb) // or the other one would leave it nothing
	}
	c.purgeAll(t, now)
	if hangs {
		if err := victim.Wait(); err != nil {
			t.Errorf("it did not go on: %v\n%s", err, said.String())
		}
	}
	if !strings.Contains(said.String(), "failpoint "+place+": "+verb+"\n") {
		t.Errorf("the place is not reached:\n%s", said.String())
	}
	c.roundOf(t, c.at(now))
	c.clean(t, now)
	if n, m := c.count(t, left), c.count(t, texts); n != 0 || m != 0 {
		t.Errorf("%d facts and %d texts are left", n, m)
	}
	records, loose := c.count(t, removals, "PURGE_RECORD", "employees/%/timesheets/%"), c.count(t, removals, "PURGE_EVENTS", "events")
	if erased := c.count(t, removals, "ERASE_TEXTS", "texts"); records+loose != facts || erased > written {
		t.Errorf("%d and %d of %d facts and %d of %d texts are in the audit", records, loose, facts, erased, written)
	}
}

// heard is what a process says, while it runs, too.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// wait returns when something was said, however busy the machine is.
func (h *heard) wait(t *testing.T, what string) {
	t.Helper()
	for range 6000 {
		if strings.Contains(h.String(), what) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it never said %q:\n%s", what, h.String())
}

// purgeAll removes everything that is over.
func (c *court) purgeAll(t *testing.T, now time.Time) {
	t.Helper()
	s := c.at(now)
	for erased := int64(1); erased > 0; {
		var err error
		if erased, err = s.EraseTexts(t.Context(), now, 100); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sweep(t.Context(), s, 100); err != nil {
		t.Fatal(err)
	}
}
