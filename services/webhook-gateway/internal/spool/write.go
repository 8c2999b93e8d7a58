package spool

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/failpoint"
)

// keyAge is how old the key of a segment without records may become: it lies
// ready, so that a key service that is away together with the database does no
// harm, but must not outlive a change of the key that sealed it for long.
const keyAge = time.Hour

// Run writes records until ctx ends, then those that still wait.
func (s *Spool) Run(ctx context.Context) error {
	tick := time.NewTicker(keyAge / 4)
	defer tick.Stop()
	for {
		select {
		case first := <-s.queue:
			s.write(s.gather(first))
		case <-tick.C:
			s.renew()
		case <-ctx.Done():
			for {
				select {
				case first := <-s.queue:
					s.write(s.gather(first))
				default:
					return nil
				}
			}
		}
	}
}

// gather takes what waits at this moment: while one sync is under way the next
// batch grows by itself.
func (s *Spool) gather(first *waiting) []*waiting {
	batch := []*waiting{first}
	for len(batch) < batchRecords {
		select {
		case next := <-s.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// write puts a batch on the disk and tells everybody.
func (s *Spool) write(batch []*waiting) {
	taken, err := s.store(batch)
	for i, w := range batch {
		switch {
		case i < taken || err != nil:
			w.done <- err
		default:
			w.done <- ErrFull
		}
	}
}

// store appends as many of a batch as there is room for, in one write and one
// sync. The lock is not held meanwhile: a slow disk must not keep records from
// being read, and only this goroutine writes to the active segment.
func (s *Spool) store(batch []*waiting) (taken int, err error) {
	target, out, data, taken, err := s.frames(batch)
	if err != nil || taken == 0 {
		return 0, err
	}
	if err = failpoint.Hit("gw.spool.write"); err == nil {
		_, err = out.Write(data)
	}
	if err == nil {
		err = out.Sync()
	}
	if err == nil {
		err = failpoint.Hit("gw.spool.synced")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = false
	if err != nil {
		// Nobody can tell what is on the disk behind the last sync: never go on there.
		s.broken = fmt.Errorf("%w: %w", ErrUnwritable, err)
		s.Log.Error("the spool cannot be written", zap.Int("records", taken), zap.Error(err))
		if out.Truncate(target.size) == nil {
			s.used, target.bytes = s.used-int64(len(data)), target.size
		}
		s.leave()
		return 0, s.broken
	}
	s.found(nil)
	target.size += int64(len(data))
	target.left += taken
	return taken, nil
}

// frames picks the segment to write to, takes the room and encrypts.
func (s *Spool) frames(batch []*waiting) (g *segment, out file, data []byte, taken int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active == nil || s.active.size >= segmentSize {
		s.leave()
		if s.start(); s.broken != nil {
			return nil, nil, nil, 0, s.broken
		}
	}
	for _, w := range batch {
		if s.used+int64(len(data)+headSize+len(w.record)+tagSize) > s.MaxBytes {
			break
		}
		data = appendFrame(data, s.active.with, s.active.id, w.record, s.written)
		s.written++
		taken++
	}
	s.used += int64(len(data))
	s.active.bytes += int64(len(data))
	s.writing = taken > 0
	return s.active, s.out, data, taken, nil
}

// start makes a new active segment, and says when that begins or ceases to fail.
func (s *Spool) start() { s.found(s.begin()) }

// found notes what came of a try to write.
func (s *Spool) found(err error) {
	switch {
	case err != nil && s.broken == nil:
		s.Log.Error("the spool cannot be written; while the database is away, callbacks are refused", zap.Error(err))
	case err == nil && s.broken != nil:
		s.Log.Info("the spool can be written again")
	}
	s.broken = err
}

// probe asks whether the disk takes records, without writing: one that has become
// read-only shows before a record needs it.
func (s *Spool) probe() {
	switch {
	case s.active != nil:
		s.found(s.own.writable())
	case s.broken != nil:
		s.start()
	}
}

// settle takes a place of this process's own, and what an earlier one left there.
func (s *Spool) settle() error {
	if s.own != nil {
		return nil
	}
	own, err := takeFirst(s.Dir)
	if err != nil {
		return err
	}
	s.own, s.number = own, lastNumber(own.dir)
	s.receive(own, s.load(own))
	return nil
}

// begin makes a new active segment: its beginning and its name are on the disk
// before a record is.
func (s *Spool) begin() error {
	if err := s.settle(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	s.number++
	g := &segment{place: s.own, path: filepath.Join(s.own.dir, segmentName(s.number))}
	head, err := newHead(s.Keys, g)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	out, err := s.create(g.path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	if _, err = out.Write(head); err == nil {
		err = errors.Join(out.Sync(), s.sync(s.own.dir), s.anchor())
	}
	if err != nil {
		_ = out.Close()
		_ = g.remove()
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	g.size, g.read, g.bytes = int64(len(head)), int64(len(head)), int64(len(head))
	s.used += g.bytes
	s.active, s.out, s.written, s.made = g, out, 0, time.Now()
	s.segments = append(s.segments, g)
	return nil
}

// anchor makes the names of the directories above a segment last: this process or
// one before it may just have made them. What is above the spool is not ours, and
// may be a file system that syncs no directory: it keeps no record from being
// taken, and is said once.
func (s *Spool) anchor() error {
	if s.anchored {
		return nil
	}
	dir := filepath.Dir(s.own.dir)
	if err := s.sync(dir); err != nil {
		return err
	}
	var failed error
	for above := filepath.Dir(dir); above != dir; dir, above = above, filepath.Dir(above) {
		failed = errors.Join(failed, s.sync(above))
	}
	if failed != nil {
		s.Log.Warn("a directory above the spool cannot be synced; if the spool's own was just made, a crash of the machine may take it away", zap.String("dir", s.Dir), zap.Error(failed))
	}
	s.anchored = true
	return nil
}

// leave ends writing to the active segment; its records stay.
func (s *Spool) leave() {
	left := s.active
	if left == nil {
		return
	}
	_ = s.out.Close() // everything that counts was synced
	s.active, s.out = nil, nil
	if left.left == 0 {
		s.drop(left)
	}
}

// renew replaces an active segment without records whose key has grown old.
func (s *Spool) renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active == nil || s.active.left > 0 || time.Since(s.made) < keyAge {
		return
	}
	s.leave()
	s.start()
}

// Room returns nil when a record may be appended, as far as can be told without
// trying: otherwise ErrFull or what the last write failed with. After a failed
// write it tries whether the disk takes a new segment.
func (s *Spool) Room() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used+maxRecord > s.MaxBytes {
		return ErrFull
	}
	if s.broken != nil && s.active == nil {
		s.start()
	}
	return s.broken
}

// Broken is why the disk takes no record, as far as was seen; nil: it does.
func (s *Spool) Broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}
