package store

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/signing"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

func newKey(t *testing.T) *signing.Key {
	t.Helper()
	key, err := signing.LoadOrCreate(filepath.Join(t.TempDir(), "keys", "evidence.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// more adds facts to what is there and signs them with a key.
func (c *court) more(t *testing.T, key *signing.Key) {
	t.Helper()
	c.key = key
	c.exec(t, `insert into attendance.work_rules select tenant_id, max(version) + 1, now(), 1, 1, 1, 'ERROR_ON_REPEAT', 'HOLD', 'a', now() from attendance.work_rules group by tenant_id`)
	c.round(t)
}

// problems lists what a check finds, each once.
func (c *court) problems(t *testing.T) (found []evidence.Problem) {
	t.Helper()
	report, err := c.verify(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return kinds(report)
}

// kinds are the problems that a check found, each once.
func kinds(report evidence.Report) (found []evidence.Problem) {
	for _, f := range report.Findings {
		found = append(found, f.Problem)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// The key is lost and another takes its place: what the first one signed still counts, and so does what each signs when
// the first one is found again.
func TestALostKeyLeavesEarlierCheckpointsGood(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	first := c.key
	c.more(t, newKey(t))
	c.more(t, first)
	c.clean(t, time.Now())
	known, err := c.signers.Read()
	if err != nil || len(known) != 3 || known[0].ID() != first.ID() || known[1].ID() == first.ID() || known[2].ID() != first.ID() || known[0].Since.IsZero() {
		t.Errorf("%v, %v", known, err)
	}
	if outside, err := c.journal.Read(); err != nil || len(outside) != 3 {
		t.Errorf("%d checkpoints outside, %v", len(outside), err)
	}
}

// A checkpoint of the first key that had not reached the file is written to it by the process with the second.
func TestANewKeyFilesWhatTheLostOneSigned(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	if err := os.Truncate(c.journal.Path, 0); err != nil {
		t.Fatal(err)
	}
	c.more(t, newKey(t))
	if outside, err := c.journal.Read(); err != nil || len(outside) != 2 || outside[0].Number != 1 {
		t.Errorf("%v, %v", outside, err)
	}
	c.clean(t, time.Now().Add(time.Hour))
}

// Who rewrites everything, the file too, and cannot sign is found by the signatures.
func TestAForgedSignatureIsFound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	own := c.sealer(c.Store)
	if err := own.Announce(); err != nil {
		t.Fatal(err)
	}
	forger := c.sealer(c.Store)
	forger.Key, forger.Signers.Path = newKey(t), filepath.Join(t.TempDir(), "signers.jsonl")
	if err := forger.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := c.problems(t); !slices.Contains(found, evidence.BadSignature) {
		t.Error(found)
	}
}

// The name of a known key under the signature of another is found, whichever of the known keys it is.
func TestASignatureInTheNameOfALostKeyIsFound(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	lost := c.key
	c.more(t, newKey(t))
	for _, name := range []string{lost.ID(), c.key.ID()} {
		c.exec(t, `set session_replication_role = replica`)
		c.exec(t, `update attendance.evidence_checkpoints set key_id = $1, signature = sha256('x') || sha256('y') where number = 1`, name)
		c.exec(t, `set session_replication_role = origin`)
		if found := c.problems(t); !slices.Contains(found, evidence.BadSignature) {
			t.Error(found)
		}
	}
}

// A key that another has replaced signs nothing any more, were it stolen.
func TestAReplacedKeySignsNoLaterCheckpoint(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	stolen := c.key
	c.more(t, newKey(t))
	thief := c.sealer(c.Store)
	thief.Key, thief.Signers.Path = stolen, filepath.Join(t.TempDir(), "signers.jsonl")
	c.exec(t, `insert into attendance.work_rules select tenant_id, 99, now(), 1, 1, 1, 'ERROR_ON_REPEAT', 'HOLD', 'a', now() from attendance.work_rules limit 1`)
	if err := thief.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := c.problems(t); !slices.Equal(found, []evidence.Problem{evidence.ReplacedKey}) {
		t.Error(found)
	}
}

// A file that somebody damaged is told by name and ends the check and the service's start; a line cut off by a crash
// does not count.
func TestADamagedFileOfSignersIsRefused(t *testing.T) {
	c := newCourt(t)
	c.facts(t, 1)
	c.round(t)
	tear(t, c.signers.Path)
	c.more(t, newKey(t))
	c.clean(t, time.Now())
	text, err := os.ReadFile(c.signers.Path)
	if err != nil {
		t.Fatal(err)
	}
	first, second, _ := strings.Cut(string(text), "\n")
	key, _, _ := strings.Cut(strings.TrimPrefix(first, `{"key":"`), `"`)
	for _, bad := range []string{"no line\n", strings.ReplaceAll(first, `"public_key":"`, `"public_key":"00`) + "\n", strings.ReplaceAll(second, c.key.ID(), key)} {
		if err := os.WriteFile(c.signers.Path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := c.verify(t.Context(), time.Now()); err == nil {
			t.Errorf("%q is taken", bad)
		}
		if err := c.sealer(c.Store).Announce(); err == nil {
			t.Errorf("%q is made longer", bad)
		}
	}
}
