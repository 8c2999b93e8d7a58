package spool

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/seal"
)

// Next gives out at most limit of the oldest records that were not released; none
// when there are none. A segment that cannot be read now, or whose key is not known
// here, holds up nobody: Adopt tries it again. An error means that the key service
// is away, or the disk under what is being written: try again later.
func (s *Spool) Next(limit int) (Batch, error) {
	for {
		first, size, left := s.first()
		if first == nil {
			return Batch{}, nil
		}
		batch, err := first.batch(s.Keys, limit, size) // not under the lock: whoever appends does not wait for this
		switch {
		case err == nil && batch.count > 0:
			return batch, nil
		case err == nil:
			s.giveUp(first, size, left)
		case errors.Is(err, seal.ErrAway) || !s.postpone(first, err):
			return Batch{}, err
		}
	}
}

// first is the oldest segment with records, how much of it is on the disk, and how
// many records of that are left.
func (s *Spool) first() (g *segment, size int64, left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.segments) == 0 || s.segments[0].left == 0 {
		return nil, 0, 0
	}
	return s.segments[0], s.segments[0].size, s.segments[0].left
}

// giveUp puts a segment aside that had left records up to size and has none there.
// What was appended since it was looked at is behind that, and is given out.
func (s *Spool) giveUp(g *segment, size int64, left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Log.Error("records of a spool segment are damaged; the file is kept", zap.String("file", g.path), zap.Int("records", left))
	g.kept = true
	s.released(g, size, left)
}

// postpone takes a segment that cannot be read out of the way of the others. It
// reports false when something is being written to it.
func (s *Spool) postpone(g *segment, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g == s.active {
		if s.writing {
			return false
		}
		s.leave()
		s.start()
	}
	s.Log.Error("a spool segment cannot be read; it is tried again", zap.String("file", g.path), zap.Int("records", g.left), zap.Error(err))
	s.segments = without(s.segments, g)
	s.stuck = append(s.stuck, g)
	return true
}

// Release forgets the records of a batch: they are where they belong. With keep
// the file stays for somebody to look at, because one of them was refused there. An
// empty batch has nothing to forget.
func (s *Spool) Release(b Batch, keep bool) {
	if b.from == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.from.kept = b.from.kept || b.damaged || keep
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
		s.start()
	default:
		s.drop(g)
	}
}

// drop removes a segment without records. If its file stays, its records come
// again at the next start, which does no harm.
func (s *Spool) drop(g *segment) {
	s.segments = without(s.segments, g)
	if g.place == s.own {
		s.used -= g.bytes
	}
	if err := s.clear(g); err != nil {
		s.Log.Warn("a spool segment stays", zap.String("file", g.path), zap.Error(err))
		s.done = append(s.done, g) // and so does its place, where nobody may read it again
	}
	s.vacate(g.place)
}

// clear removes a file or puts it aside, so that it lasts.
func (s *Spool) clear(g *segment) error {
	if err := g.remove(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if g.kept {
		s.Log.Error("a spool segment is put aside", zap.String("file", g.path+keptSuffix))
		s.aside++
	}
	if err := s.sync(g.place.dir); err != nil {
		s.Log.Warn("a spool segment may come again", zap.String("file", g.path), zap.Error(err))
	}
	return nil
}

// vacate gives back the place of a process that is gone, once nothing of it is left.
func (s *Spool) vacate(place *slot) {
	for _, g := range slices.Concat(s.segments, s.stuck, s.done) {
		if g.place == place {
			return
		}
	}
	if place != s.own {
		place.release()
	}
}

func without(all []*segment, g *segment) []*segment {
	return slices.DeleteFunc(all, func(other *segment) bool { return other == g })
}

// Usage is how many records wait and how many bytes their files have. Records that
// cannot be read now do not wait for anybody; Kept counts their files.
func (s *Spool) Usage() (records int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.segments {
		records += g.left
	}
	return records, s.used
}

// Kept is how many files hold records that were promised and could not be given
// out, or were refused where they belong: files put aside, and those that cannot be
// read now.
func (s *Spool) Kept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.aside + len(s.stuck)
}

// Adopt takes over the records of processes that are gone; they come before our
// own. It tries again what could not be done: to read a file, to remove one, to write.
func (s *Spool) Adopt() {
	for _, other := range orphans(s.Dir) {
		found := s.load(other)
		s.mu.Lock()
		s.receive(other, found)
		s.mu.Unlock()
	}
	s.revive()
	aside := putAside(s.Dir)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aside = aside
	for _, g := range slices.Clone(s.done) {
		if s.clear(g) == nil {
			s.done = without(s.done, g)
			s.vacate(g.place)
		}
	}
	s.probe()
}

// load reads the segments of a place.
func (s *Spool) load(from *slot) (found []*segment) {
	names, _ := segmentFiles(from.dir) // could be read when the place was taken
	for _, name := range names {
		found = append(found, s.loadOne(from, filepath.Join(from.dir, name)))
	}
	return found
}

// loadOne reads a segment, or remembers that it could not be read.
func (s *Spool) loadOne(from *slot, path string) *segment {
	g, torn, err := loadSegment(path)
	if err != nil {
		s.Log.Error("a spool segment cannot be read; it is tried again", zap.String("file", path), zap.Error(err))
		return &segment{path: path, place: from, unread: true}
	}
	if torn > 0 {
		s.Log.Warn("the torn tail of a spool segment is cut; nobody was told that it is there", zap.String("file", path), zap.Int64("bytes", torn))
	}
	if g.kept {
		s.Log.Error("a spool segment is damaged; the file is kept", zap.String("file", path))
	}
	g.place = from
	return g
}

// receive takes what was found in a place, in front of everything else.
func (s *Spool) receive(place *slot, found []*segment) {
	var full, empty []*segment
	for _, g := range found {
		if place == s.own {
			s.used += g.bytes
		}
		switch {
		case g.unread:
			s.stuck = append(s.stuck, g)
		case g.left > 0:
			full = append(full, g)
		default:
			empty = append(empty, g)
		}
	}
	s.segments = append(full, s.segments...)
	for _, g := range empty {
		s.drop(g)
	}
	s.vacate(place)
}

// revive brings back the segments that can be read again.
func (s *Spool) revive() {
	s.mu.Lock()
	all := slices.Clone(s.stuck)
	s.mu.Unlock()
	for _, g := range all {
		again, _, err := loadSegment(g.path)
		if err == nil && again.left > 0 {
			err = again.open(s.Keys)
		}
		if err != nil {
			continue // was said once; Kept goes on saying it
		}
		again.place, again.kept = g.place, again.kept || g.kept
		s.mu.Lock()
		s.stuck = without(s.stuck, g)
		if g.place == s.own {
			s.used -= g.bytes
		}
		s.receive(g.place, []*segment{again})
		s.mu.Unlock()
		s.Log.Info("a spool segment can be read again", zap.String("file", g.path), zap.Int("records", again.left))
	}
}
