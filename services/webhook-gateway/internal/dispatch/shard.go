package dispatch

import (
	"sync/atomic"
	"time"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

const (
	// capacity is how many rows may wait in all shards together, and how many ends may
	// be owed. It bounds the memory, and what a process that dies leaves behind for the
	// length of a lease.
	capacity = 2048
	// underway is how many rows may be on their way from the question whether there is
	// room to a shard: they wait for their commit.
	underway = 640

	// soon is within which time a fresh row is to be begun, and late is when nothing is
	// claimed beside fresh rows. Both leave some of the time until a row is stale: what a
	// batch takes is known when it has ended.
	soon, late = stale / 2, stale * 3 / 4
)

// shard is the queue of one worker, and what is known of how fast it is.
type shard struct {
	rows  chan inbox.Row
	room  int
	took  atomic.Int64              // nanoseconds that a batch takes, by the last ones
	began atomic.Pointer[time.Time] // when the batch under way was begun; nil: there is none
}

func newShard(shards int) *shard {
	return &shard{room: capacity / shards, rows: make(chan inbox.Row, capacity/shards+underway)}
}

func (s *shard) begin() {
	now := time.Now()
	s.began.Store(&now)
}

// end notes what the batch took: at once when it took longer than those before it, and
// by half when it was quicker. One that only gave rows back was quick at nothing.
func (s *shard) end(travelled bool) {
	took, before := int64(time.Since(*s.began.Swap(nil))), s.took.Load()
	if travelled || took > before {
		s.took.Store(max(took, (before+took)/2))
	}
}

// wait is how long a row that comes now waits until it is begun, if the batches before
// it take as long as the last ones did, or as long as the one under way has taken by now.
func (s *shard) wait() time.Duration {
	each, ahead := time.Duration(s.took.Load()), len(s.rows)/batchLimit
	if began := s.began.Load(); began != nil {
		each, ahead = max(each, time.Since(*began)), ahead+1
	}
	return time.Duration(ahead) * each
}

// busy tells that a row which comes now had better not be ours: it would grow old here.
func (s *shard) busy() bool { return len(s.rows) >= s.room || s.wait() > soon }
