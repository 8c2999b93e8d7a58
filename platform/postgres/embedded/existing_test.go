package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestExistingMakesNothing starts only what is there, and leaves no trace where
// nothing is.
func TestExistingMakesNothing(t *testing.T) {
	dir := openDirFor(t)
	for _, none := range []string{dir, filepath.Join(dir, "absent")} {
		if _, err := Start(t.Context(), Config{Dir: none, Existing: true}); !errors.Is(err, ErrNoDatabase) {
			t.Errorf("%s: %v", none, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	serve(t, dir).Stop()
	server, err := Start(t.Context(), Config{Dir: dir, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	server.Stop()
}
