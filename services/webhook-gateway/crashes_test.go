package gateway_test

import (
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
)

// A door ends as by kill -9 when it has said the k-th thing to the database since an
// event was posted, for each k until it has judged the event before; each time for every
// fourth k, in full for all.
func TestKilledAfterEachMessage(t *testing.T) {
	path, s := armable(t), newSpooling(t)
	step := 4
	if full() {
		step = 1
	}
	died := 0
	for k, outlived := 1, 0; outlived < 3; k += step { // it says more when it looks for work meanwhile
		alive := false
		t.Run(fmt.Sprint(k), func(t *testing.T) { alive = s.killedAfter(t, path, int64(k)) })
		if alive {
			outlived++
		} else {
			died++
		}
	}
	if died*step < 8 {
		t.Errorf("the door said no more than %d things", died*step)
	}
}

// killedAfter tells whether the event was judged before the door could be killed.
func (s *spooling) killedAfter(t *testing.T, path string, k int64) (alive bool) {
	t.Helper()
	victim := s.spawn(t, path, "")
	var said atomic.Int64
	kill := func() {
		if said.Add(1) == k {
			_ = victim.cmd.Process.Signal(syscall.SIGKILL)
		}
	}
	s.sent++
	s.asked.Store(&kill)
	status, _ := victim.post(numbered(s.sent), doorSecret)
	inTime(t, func() bool { return victim.ended() || s.recorded() })
	alive = !victim.ended()
	s.asked.Store(nil)
	victim.kill()
	if alive {
		s.judged(t)
		return true
	}
	// Nobody waits until the leases of the dead have run out.
	s.tell(`update gateway.inbox set due_at = now() where lease is not null`)
	heir := s.spawn(t, path, "")
	s.posted(t, heir, place{way: straight}, status)
	s.judged(t)
	heir.kill()
	return false
}

// recorded tells whether every event is judged.
func (s *spooling) recorded() bool {
	return s.number(`select count(*) from gateway.inbox where outcome = 'RECORDED'`) >= s.sent
}
