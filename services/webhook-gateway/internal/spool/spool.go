package spool

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/seal"
)

// Spool is the log of one process. Safe for concurrent use; records are written
// while Run runs. One goroutine reads.
type Spool struct {
	Config
	queue chan *waiting
	own   *slot

	mu       sync.Mutex
	segments []*segment // oldest first; the last one may be the active one
	active   *segment   // nil: there is none
	out      file       // of active
	number   uint64     // of the newest segment
	written  uint32     // records in active
	writing  bool       // a batch is on its way to active
	made     time.Time  // of active
	used     int64      // bytes in files of this process's own
	broken   error      // why the last write failed; nil after one that did not
}

// waiting is a record that waits for its sync.
type waiting struct {
	record []byte
	done   chan error
}

// Open takes a directory of this process's own and reads what earlier processes
// left. A directory that cannot be made, locked or read is an error; a disk that
// has no room is not, because that may pass.
func Open(cfg Config) (*Spool, error) {
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.create == nil {
		cfg.create = createFile
	}
	own, err := takeFirst(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	s := &Spool{Config: cfg, own: own, queue: make(chan *waiting, batchRecords)}
	s.number = lastNumber(own.dir)
	if s.segments, err = s.load(own); err != nil {
		own.release()
		return nil, fmt.Errorf("spool: %w", err)
	}
	for _, g := range s.segments {
		s.used += g.bytes
	}
	s.Adopt()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = s.begin()
	return s, nil
}

// load reads the segments of a slot.
func (s *Spool) load(from *slot) (found []*segment, err error) {
	for _, name := range segmentFiles(from.dir) {
		path := filepath.Join(from.dir, name)
		g, torn, err := loadSegment(path)
		if err != nil {
			return nil, err
		}
		if torn > 0 {
			s.Log.Warn("the torn tail of a spool segment is cut; nobody was told that it is there", zap.String("file", path), zap.Int64("bytes", torn))
		}
		if g.kept {
			s.Log.Error("a spool segment is damaged in front of whole records; the file is kept", zap.String("file", path))
		}
		g.place = from
		if g.left > 0 {
			found = append(found, g)
		} else if err := g.remove(); err != nil {
			s.Log.Warn("a spool segment without records stays", zap.String("file", path), zap.Error(err))
		}
	}
	return found, nil
}

// Adopt takes over the records of processes that are gone; they come before our own.
func (s *Spool) Adopt() {
	for _, other := range orphans(s.Dir) {
		found, err := s.load(other)
		if err != nil {
			s.Log.Error("the spool of a process that is gone cannot be read", zap.String("dir", other.dir), zap.Error(err))
			other.release()
			continue
		}
		s.mu.Lock()
		s.segments = append(found, s.segments...)
		s.mu.Unlock()
	}
}

// Append returns nil once the record is on the disk. ErrFull: there is no room and
// nothing was written. ErrUnwritable and the error of ctx: nobody can tell whether
// it will be given out.
func (s *Spool) Append(ctx context.Context, record []byte) error {
	if len(record) > maxRecord {
		return fmt.Errorf("spool: a record of %d bytes", len(record))
	}
	w := &waiting{record, make(chan error, 1)}
	select {
	case s.queue <- w:
	case <-ctx.Done():
		return fmt.Errorf("spool: %w", ctx.Err())
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("spool: %w", ctx.Err())
	}
}

// Next gives out at most limit of the oldest records that were not released; none
// when there are none. A segment that cannot be opened at all is put aside. An
// error means that the key service or the disk is away: try again later.
func (s *Spool) Next(limit int) (Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.segments) > 0 && s.segments[0].left > 0 {
		first := s.segments[0]
		batch, err := first.batch(s.Keys, limit)
		switch {
		case err == nil && batch.count > 0:
			return batch, nil
		case err == nil, errors.Is(err, seal.ErrNotOpened), errors.Is(err, errDamaged), errors.Is(err, fs.ErrNotExist):
			s.Log.Error("records of a spool segment cannot be read; the file is kept", zap.String("file", first.path),
				zap.Int("records", first.left), zap.Error(err))
			first.kept = true
			s.released(first, first.size, first.left)
		default:
			return Batch{}, err
		}
	}
	return Batch{}, nil
}

// Release forgets the records of a batch: they are where they belong. With keep
// the file stays for somebody to look at, because one of them was refused there.
func (s *Spool) Release(b Batch, keep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.from.kept = b.from.kept || keep
	s.released(b.from, b.until, b.count)
}

// released drops a segment that is done. An active one is replaced: what is done
// need not lie about.
func (s *Spool) released(g *segment, until int64, count int) {
	g.read, g.left = until, g.left-count
	switch {
	case g.left > 0 || g == s.active && s.writing:
	case g == s.active:
		s.leave()
		s.broken = s.begin()
	default:
		s.drop(g)
	}
}

// drop removes a segment without records. If its file stays, its records come
// again at the next start, which does no harm.
func (s *Spool) drop(g *segment) {
	for i := range s.segments {
		if s.segments[i] == g {
			s.segments = append(s.segments[:i:i], s.segments[i+1:]...)
			break
		}
	}
	if g.kept {
		s.Log.Error("a spool segment is put aside", zap.String("file", g.path+keptSuffix))
	}
	if err := errors.Join(g.remove(), g.place.sync()); err != nil {
		s.Log.Warn("a spool segment stays", zap.String("file", g.path), zap.Error(err))
	}
	if g.place == s.own {
		s.used -= g.bytes
		return
	}
	for _, other := range s.segments {
		if other.place == g.place {
			return
		}
	}
	g.place.release()
}

// Close gives the directory back; what is in it is taken over by the next process.
func (s *Spool) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave()
	for _, g := range s.segments {
		if g.place != s.own {
			g.place.release()
		}
	}
	s.segments = nil
	s.own.release()
}
