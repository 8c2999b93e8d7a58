package spool

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
)

// Spool is the log of one process. Safe for concurrent use; records are written
// while Run runs. One goroutine reads: it calls Next, Release and Adopt.
type Spool struct {
	Config
	queue chan *waiting

	mu       sync.Mutex
	own      *slot      // nil: there is none yet
	anchored bool       // the names of own and of what is above it last
	segments []*segment // oldest first; the last one may be the active one
	stuck    []*segment // that could not be read when they were tried last
	done     []*segment // without records, whose files could not be removed
	aside    int        // files put aside, of all processes
	active   *segment   // nil: there is none
	out      file       // of active
	number   uint64     // of the newest segment
	written  uint32     // records in active
	writing  bool       // a batch is on its way to active
	made     time.Time  // of active
	used     int64      // bytes in files of this process's own
	broken   error      // why nothing can be written; nil after a write that did not fail
}

// waiting is a record that waits for its sync.
type waiting struct {
	record []byte
	done   chan error
}

// Open takes a directory of this process's own and reads what earlier processes
// left. A directory that nobody has used yet and that cannot be is an error: the
// setting is wrong. One that was in use is not, whatever its disk does today: that
// is tried again (Adopt), and meanwhile nothing is promised.
func Open(cfg Config) (*Spool, error) {
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.create == nil {
		cfg.create = createFile
	}
	if cfg.sync == nil {
		cfg.sync = syncDir
	}
	s := &Spool{Config: cfg, queue: make(chan *waiting, batchRecords)}
	fresh := unused(cfg.Dir)
	s.mu.Lock()
	s.start()
	own, err := s.own, s.broken
	s.mu.Unlock()
	if own == nil && fresh {
		return nil, err
	}
	s.Adopt()
	return s, nil
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

// Close gives the directory back; what is in it is taken over by the next process.
func (s *Spool) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave()
	for _, g := range slices.Concat(s.segments, s.stuck, s.done) {
		g.place.release()
	}
	s.segments, s.stuck, s.done = nil, nil, nil
	if s.own != nil {
		s.own.release()
	}
}
