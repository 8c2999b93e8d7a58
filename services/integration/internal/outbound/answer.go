package outbound

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// answer is what came of one attempt by all its ways.
type answer struct {
	rate lineworks.Rate
	err  error // of the refusals the one that decides about the message; nil: it was taken
	own  bool  // the answer is one to the connection's own set
	// ownErr is what the connection's own set met although the answer is another
	// way's; nil: nothing, or it was not asked.
	ownErr error
}

// sendBy tries the ways until the platform takes the message or its end is
// open. When all refuse it, the error is one after which a message waits, if
// there is one.
func (q *Queue) sendBy(ctx context.Context, ways []way) answer {
	var kept answer
	var ownErr error
	for _, w := range ways {
		rate, err := q.send(ctx, w, q.Platform.Send)
		if err != nil && w.own && !w.only {
			ownErr = err
		}
		now := answer{rate: rate, err: err, own: w.own && (!w.only || !moved(err))}
		if err == nil || !elsewhere(err) {
			kept = now
			break
		}
		if kept.err == nil || weightier(lineworks.FailureOf(err), lineworks.FailureOf(kept.err)) {
			kept = now
		}
	}
	if !kept.own {
		kept.ownErr = ownErr
	}
	return kept
}

// weightier tells that a later refusal says more than an earlier one: a message
// rather waits than ends, and of two 404 the one counts that tells who is absent.
func weightier(later, earlier *lineworks.Failure) bool {
	if earlier.Class != lineworks.NotFound {
		return false
	}
	return later.Class != lineworks.NotFound || earlier.Absent != lineworks.Recipient
}

// elsewhere tells that the message was certainly not taken and that another API
// version may take it.
func elsewhere(err error) bool {
	switch lineworks.FailureOf(err).Class {
	case lineworks.Unauthorized, lineworks.Forbidden, lineworks.NotFound:
		return true
	default:
		return false
	}
}

// moved tells a refusal that comes of the bot's move to the other version, where
// everything goes through that has a way there.
func moved(err error) bool {
	if err == nil {
		return false
	}
	class := lineworks.FailureOf(err).Class
	return class == lineworks.NotFound || class == lineworks.Forbidden
}

// decide is the verdict on a letter and its lane. Only what the connection's own
// set met says something about the lane: API 1.0 is gone for good after a move,
// and keys that were replaced are refused, while everything else gets through.
func (q *Queue) decide(ctx context.Context, l Letter, ways []way, a answer, spread float64) Verdict {
	now := q.Now()
	v := judge(l, a.rate, q.clarify(ctx, l.Lane, ways, a.err), now, spread)
	if a.own {
		return v
	}
	v = v.foreign(l, now, spread)
	if a.ownErr == nil {
		return v
	}
	if a.err == nil && lineworks.FailureOf(a.ownErr).Class != lineworks.Unauthorized {
		return v
	}
	switch own := judge(l, a.rate, q.clarify(ctx, l.Lane, ways, a.ownErr), now, spread); {
	case a.err == nil: // it was taken, but an administrator should know
		v.Break, v.Rejected = own.Break, own.Rejected
	case own.State == Queued:
		return own
	}
	return v
}

// foreign is the verdict when the answer is one to keys that the connection does
// not send with. The lane stays as it is, and the message waits without it:
// whoever goes back to those keys lets it go at once, and when they are erased it
// ends with that reason.
func (v Verdict) foreign(l Letter, now time.Time, spread float64) Verdict {
	if v.State == Queued && v.Close > 0 {
		v.Due = now.Add(max(v.Close, wait(l.Messages[0].Attempts, spread)))
		if v.Ambiguous || v.Refused || v.Rejected || v.Reason == BotNotFound || v.Break != (connection.Cause{}) {
			v.Due, v.Refused = now.Add(parked), !v.Ambiguous
		}
	}
	v.Close, v.Break, v.Rejected, v.Mend = 0, connection.Cause{}, false, false
	return v
}
