package callback

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dakoku/dakoku/platform/seal"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
)

type proof struct{ value []byte }

func (p *proof) LoadCheck(context.Context) ([]byte, error)       { return p.value, nil }
func (p *proof) SaveCheck(_ context.Context, value []byte) error { p.value = value; return nil }

func newCopy(t *testing.T) *Copy {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.LoadOrCreate(t.Context(), filepath.Join(dir, "key.json"), &proof{})
	if err != nil {
		t.Fatal(err)
	}
	return &Copy{Path: filepath.Join(dir, "endpoints"), Keys: keys}
}

// The copy follows what integration says, and nobody reads secrets in it.
func TestTheCopyFollowsTheTable(t *testing.T) {
	current := listed(1, "a")
	w := newWatch(&registry{answers: func(int64) (*integrationv1.ListEndpointsResponse, error) {
		current.GetEndpoints()[0].SigningKeys[0].Secret = []byte("hush secret")
		return current, nil
	}})
	w.Copy = newCopy(t)
	for _, tokens := range [][]string{{"a"}, {"b"}} {
		current = listed(current.GetVersion()+1, tokens...)
		if err := w.refresh(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		table := &Table{}
		if err := w.Copy.Load(table, now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		_, a := table.find("a")
		_, b := table.find("b")
		if a != (tokens[0] == "a") || b != (tokens[0] == "b") || table.Version() != current.GetVersion() {
			t.Error(tokens, a, b, table.Version())
		}
		if checked, _ := table.Checked(); !checked.Equal(now()) {
			t.Error("as old as", checked)
		}
	}
	data, err := os.ReadFile(w.Copy.Path)
	if err != nil || bytes.Contains(data, []byte("hush")) || bytes.Contains(data, []byte(tenant)) {
		t.Error("in the clear", err)
	}
}

func TestACopyThatIsOldOrNotOursIsNotTaken(t *testing.T) {
	c := newCopy(t)
	if err := c.save(listed(1, "a"), now()); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(c.Path)
	for name, s := range map[string]struct {
		age   time.Duration
		spoil func([]byte) []byte
		takes bool
	}{
		"young":        {0, nil, true},
		"just young":   {HardAge, nil, true},
		"clock behind": {-30 * time.Second, nil, true},
		"old":          {HardAge + time.Second, nil, false},
		"from ahead":   {-2 * time.Minute, nil, false},
		"flipped":      {0, func(b []byte) []byte { b[len(b)-20] ^= 1; return b }, false},
		"cut":          {0, func(b []byte) []byte { return b[:len(b)/2] }, false},
		"empty":        {0, func([]byte) []byte { return nil }, false},
	} {
		data := bytes.Clone(whole)
		if s.spoil != nil {
			data = s.spoil(data)
		}
		if err := os.WriteFile(c.Path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		table := &Table{}
		err := c.Load(table, now().Add(s.age))
		if _, loaded := table.Checked(); loaded != s.takes || (err == nil) != s.takes {
			t.Errorf("%s: %v", name, err)
		}
		if s.takes && !table.Current(now().Add(s.age)) {
			t.Errorf("%s: not current", name)
		}
	}
}

func TestATableGrowsOld(t *testing.T) {
	table := &Table{}
	if table.Current(now()) {
		t.Error("never loaded")
	}
	if err := table.Replace(1, nil, now()); err != nil {
		t.Fatal(err)
	}
	if !table.Current(now().Add(HardAge)) || table.Current(now().Add(HardAge+1)) {
		t.Error("the hard age is not kept")
	}
}
