package outbound

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/fault"
)

// drain sends the lane's messages one after another until none is due or the
// lane is closed.
func (q *Queue) drain(ctx context.Context, lane Lane) {
	for ctx.Err() == nil {
		if q.buckets.take(ctx, lane) != nil {
			return
		}
		more, err := q.Step(ctx, lane)
		if err != nil && ctx.Err() == nil {
			q.Log.Warn("outbound message not settled", zap.String("connection", lane.Connection), zap.Error(err))
		}
		if !more {
			return
		}
	}
}

// Step claims, sends and settles one message of the lane; false when there is
// none or the lane should rest. An attempt that has begun is finished whatever
// becomes of ctx.
func (q *Queue) Step(ctx context.Context, lane Lane) (bool, error) {
	now := q.Now()
	m, err := q.Store.Claim(ctx, lane, now, now.Add(leaseTime))
	if err != nil || m == nil {
		q.buckets.give(lane)
		return false, err
	}
	v, done := abandoned(*m, now)
	if !done {
		v = q.attempt(ctx, *m)
	}
	own, err := q.settle(ctx, *m, v)
	if err != nil {
		return false, err
	}
	q.note(*m, v, own)
	return own && v.Close == 0, nil
}

// settle writes the verdict, again and again while the database is away: a sent
// message that nobody noted would be sent twice. The lease makes repeating harmless.
func (q *Queue) settle(ctx context.Context, m Message, v Verdict) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	for {
		own, err := q.Store.Settle(ctx, m, v, q.Now())
		if err == nil || !fault.HasReason(err, "UNAVAILABLE") {
			return own, err
		}
		select {
		case <-ctx.Done():
			return false, err
		case <-time.After(settleStep):
		}
	}
}

// attempt sends the message; with a refused access token once more with a new one.
func (q *Queue) attempt(ctx context.Context, m Message) Verdict {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptLimit)
	defer cancel()
	ways, reason, err := q.ways(ctx, m)
	switch {
	case fault.HasReason(err, "UNAVAILABLE"):
		return Verdict{State: Queued, Reason: "UNAVAILABLE", Due: q.Now(), Close: firstWait}
	case err != nil:
		return Verdict{State: Queued, Reason: "NO_CREDENTIALS", Due: q.Now(), Close: maxWait}
	case reason != "":
		return Verdict{State: Failed, Reason: reason}
	}
	refused, err := q.sendBy(ctx, ways)
	v := judge(m, err, q.Now(), rand.Float64())
	if refused != "" && err == nil {
		v.Break, v.Mend = refused, false
	}
	return v
}

// note writes what happened: ids, reasons and durations.
func (q *Queue) note(m Message, v Verdict, own bool) {
	fields := []zap.Field{
		zap.String("message", m.ID), zap.String("connection", m.Connection), zap.String("state", string(v.State)),
		zap.String("reason", v.Reason), zap.Int("attempts", m.Attempts), zap.Duration("rest", v.Close.Round(time.Millisecond)),
	}
	switch {
	case !own:
		q.Log.Warn("outbound claim was lost", fields...)
	case v.State == Sent:
		q.Log.Debug("outbound message sent", fields...)
	default:
		q.Log.Warn("outbound message not sent", fields...)
	}
}
