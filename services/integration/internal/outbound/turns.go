package outbound

import (
	"sync"
	"time"
)

// turns is the order in which the lanes that a process knows to have something to
// send claim, one letter at a turn: whoever has had a turn comes behind all others
// that are ready, and whoever has to wait takes nobody's place. So a company with a
// long queue, of which the budget lets one call through now and then, never stands
// before one with a single message.
//
// It knows lanes and how many calls of each are under way here. It refuses to know
// messages, budgets and the time.
type turns struct {
	changed chan struct{} // somebody became ready, or a hand free

	mu       sync.Mutex
	ready    []Lane
	known    map[Lane]*standing
	claiming int
	calls    int
	looked   int // how often the database was asked for lanes
}

// standing is how a lane stands.
type standing struct {
	calls int
	// held: its next turn comes with the end of a call of its own.
	held bool
	// idle: nothing of it is left but what has a call under way, so its next turn
	// comes when the database names it again.
	idle bool
}

func newTurns() *turns {
	return &turns{changed: make(chan struct{}, 1), known: map[Lane]*standing{}}
}

func (t *turns) tell() {
	select {
	case t.changed <- struct{}{}:
	default: // it is told already
	}
}

// look begins a look for lanes: all that are known come to their turn without it, in
// no order. A claim that began before it may have missed what it is about.
func (t *turns) look() []Lane {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.looked++
	out := make([]Lane, 0, len(t.known))
	for lane, s := range t.known {
		if !s.idle {
			out = append(out, lane)
		}
	}
	return out
}

// looks is how many looks have begun.
func (t *turns) looks() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.looked
}

// add takes up a lane behind those that are ready, unless it comes to its turn anyway.
func (t *turns) add(lane Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.known[lane]
	switch {
	case s == nil:
		t.known[lane] = &standing{}
		t.ready = append(t.ready, lane)
	case s.idle:
		s.idle = false
		t.goOn(lane, s)
	}
}

// goOn makes a lane ready, or with the end of a call if it has no hand left.
func (t *turns) goOn(lane Lane, s *standing) {
	if s.held = s.calls == inFlight; !s.held {
		t.ready = append(t.ready, lane)
	}
}

// next gives the lane that has been ready longest its turn; false when there is
// none, or no hand for it.
func (t *turns) next() (Lane, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ready) == 0 || t.claiming == maxLanes || t.claiming+t.calls == maxLanes*inFlight {
		return Lane{}, false
	}
	lane := t.ready[0]
	t.ready = t.ready[1:]
	t.claiming++
	return lane, true
}

// called ends a turn in which the lane got a letter: the call begins. Behind the last
// one nothing is claimed, which would cost as much as a letter, unless a look began
// after so many, since which something may have come.
func (t *turns) called(lane Lane, last bool, looked int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.known[lane]
	t.claiming, t.calls, s.calls = t.claiming-1, t.calls+1, s.calls+1
	if s.idle = last && t.looked == looked; !s.idle {
		t.goOn(lane, s)
	}
	t.tell()
}

// ended is the end of a call.
func (t *turns) ended(lane Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.known[lane]
	t.calls, s.calls = t.calls-1, s.calls-1
	switch {
	case s.held:
		s.held = false
		t.ready = append(t.ready, lane)
	case s.idle && s.calls == 0:
		delete(t.known, lane)
	}
	t.tell()
}

// nothing ends a turn in which the lane had nothing that may go now. With a call
// of its own under way that may change when it ends; or else the lane is
// forgotten, and the database tells when there is something again.
func (t *turns) nothing(lane Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.claiming--
	if s := t.known[lane]; s.calls > 0 {
		s.held = true
	} else {
		delete(t.known, lane)
	}
	t.tell()
}

// resting ends a turn in which the lane has to wait, and tells how long it rests at
// most: the more lanes are known the longer, or looking after those that wait would
// be all that is done. back ends the rest.
func (t *turns) resting() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.claiming--
	t.tell()
	return time.Second * time.Duration(1+len(t.known)/maxLanes)
}

func (t *turns) back(lane Lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ready = append(t.ready, lane)
	t.tell()
}
