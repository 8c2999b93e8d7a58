package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// Above the spool lie file systems that are not ours, which may refuse to sync a
// directory in any way: records are taken, and it is said once.
func TestWhatIsAboveTheSpoolNeedNotSync(t *testing.T) {
	for _, refused := range []error{syscall.EACCES, syscall.EINVAL, syscall.ENOTSUP, syscall.ENOSYS, syscall.EROFS, syscall.EIO} {
		t.Run(refused.Error(), func(t *testing.T) {
			b := newBench(t)
			core, seen := observer.New(zapcore.WarnLevel)
			b.cfg.Log = zap.New(core)
			b.cfg.sync = func(dir string) error {
				if !strings.HasPrefix(dir, b.cfg.Dir) {
					return fmt.Errorf("sync %s: %w", dir, refused)
				}
				return syncDir(dir)
			}
			s, _ := b.open(t)
			for _, want := range []string{"1", "2", "3"} { // in a segment each
				fill(t, s, want)
				if got := drain(t, s, 9); len(got) != 1 || got[0] != want {
					t.Error(got)
				}
			}
			said := seen.All()
			if len(said) != 1 {
				t.Fatalf("said %d times: %v", len(said), said)
			}
			why := fmt.Sprint(said[0].ContextMap()["error"])
			if parent := filepath.Dir(b.cfg.Dir); !strings.Contains(why, "sync "+parent+":") || !strings.Contains(why, "sync /:") {
				t.Errorf("does not name what is above: %s", why)
			}
		})
	}
}

// The spool's own directory has the names of the places: without them on the disk
// nothing is promised, and once they are, it is.
func TestTheSpoolItselfMustSync(t *testing.T) {
	for _, refused := range []error{fs.ErrPermission, syscall.EINVAL, syscall.EIO} {
		b := newBench(t)
		b.place(t, 0) // in use, so that it opens
		var well atomic.Bool
		b.cfg.sync = func(dir string) error {
			if dir == b.cfg.Dir && !well.Load() {
				return refused
			}
			return syncDir(dir)
		}
		s, end := b.open(t)
		if err := s.Append(t.Context(), []byte("lost")); !errors.Is(err, ErrUnwritable) || !errors.Is(err, refused) {
			t.Errorf("%v: %v", refused, err)
		}
		well.Store(true)
		fill(t, s, "kept")
		if got := drain(t, s, 9); len(got) != 1 || got[0] != "kept" {
			t.Errorf("%v: %v", refused, got)
		}
		end()
	}
}
