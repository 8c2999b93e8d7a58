package faultlab

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/dakoku/dakoku/system/faultlab/recorder"
	"github.com/dakoku/dakoku/system/faultlab/workplace"
)

// withdraw takes the second URL of each line that leaves away once a third of the events is
// sent, however often the admin door is killed meanwhile. A moment later, for clocks are not
// the same to the millisecond, events begin to go there: doors may still take them for some
// seconds, or longer while the database is away, but nothing that was received after a URL
// was withdrawn becomes a punch (I16).
func (r *run) withdraw(ctx context.Context) {
	for r.sender.Sent.Load() < int64(r.Tier.Events)/3 {
		if !pause(ctx, 200*time.Millisecond) {
			return
		}
	}
	for _, line := range r.lines {
		if line.Leaving && !r.without(ctx, line) {
			return
		}
	}
	if pause(ctx, 100*time.Millisecond) {
		r.withdrawn.Store(true)
	}
}

// without withdraws the second URL of a line, to which alone the line leads then. False: the
// context ended before.
func (r *run) without(ctx context.Context, line *recorder.Line) bool {
	for tried := false; ; tried = true {
		_, err := workplace.Withdraw(ctx, r.admins[line.Connection], r.emails[line.Connection], line)
		if err == nil || tried && errors.Is(err, workplace.ErrNoURL) { // it was done, and the answer was lost
			break
		}
		r.say("a URL is not withdrawn yet: %v", err)
		if !pause(ctx, time.Second) {
			return false
		}
	}
	r.former = append(r.former, filepath.Base(line.Paths[0]))
	line.Paths = line.Paths[1:]
	return true
}

// pause waits; false when the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
