package assembly

import (
	"errors"
	"os"
	"testing"

	"go.uber.org/zap"
)

// Where there is no database there are no keys to replace: the way out is told, and nothing is made.
func TestRotateMakesNoDatabase(t *testing.T) {
	dir := t.TempDir()
	err := Rotate(t.Context(), Settings{DataDir: dir}, zap.NewNop(), func(string) {})
	if !errors.Is(err, ErrNoDatabase) {
		t.Error(err)
	}
	if made, err := os.ReadDir(dir); err != nil || len(made) != 0 {
		t.Errorf("made %v, %v", made, err)
	}
}
