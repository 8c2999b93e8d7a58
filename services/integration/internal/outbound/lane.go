package outbound

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/fault"
)

// turn claims one letter for the lane and sends it. A lane that has to wait, for
// its budget or its next retry, waits without a hand.
func (q *Queue) turn(ctx context.Context, lane Lane, hands *sync.WaitGroup) {
	looked := q.turns.looks()
	claim := q.claim(ctx, lane)
	switch {
	case claim.Letter != nil:
		q.turns.called(lane, claim.Last, looked)
		defer q.turns.ended(lane)
		q.finish(ctx, *claim.Letter)
	case claim.Wait > 0:
		wait := min(claim.Wait, q.turns.resting())
		hands.Go(func() {
			if q.Wait(ctx, wait) == nil {
				q.turns.back(lane)
			}
		})
	default:
		q.turns.nothing(lane)
	}
}

// Step claims, sends and settles one letter of the lane; false when there is
// none now. An attempt that has begun is finished whatever becomes of ctx.
func (q *Queue) Step(ctx context.Context, lane Lane) bool {
	claim := q.claim(ctx, lane)
	if claim.Letter != nil {
		q.finish(ctx, *claim.Letter)
	}
	return claim.Letter != nil
}

func (q *Queue) claim(ctx context.Context, lane Lane) Claim {
	now := q.Now()
	claim, err := q.Store.Claim(ctx, lane, q.PerMinute, now, now.Add(leaseTime))
	if err != nil && ctx.Err() == nil {
		q.Log.Warn("outbound message not claimed", zap.String("connection", lane.Connection), zap.Error(err))
	}
	for _, e := range claim.Ended {
		q.Meters.ended(e.State, 1)
		q.Log.Warn("outbound message given up", zap.String("message", e.ID), zap.String("connection", lane.Connection),
			zap.String("state", string(e.State)), zap.String("reason", e.Reason))
	}
	return claim
}

// finish makes the call and writes down what came of it.
func (q *Queue) finish(ctx context.Context, l Letter) {
	ctx = context.WithoutCancel(ctx)
	begun := q.Now()
	counted, calls := countCalls(ctx)
	try := q.attempt
	if l.Ask {
		try = q.ask
	}
	v := try(counted, l)
	v.Extra = max(int(calls.Load())-1, 0)
	own, err := q.settle(ctx, l, v)
	if err != nil {
		q.Log.Warn("outbound message not settled", zap.String("message", l.ID), zap.String("connection", l.Connection), zap.Error(err))
		return
	}
	q.note(l, v, own, q.Now().Sub(begun))
}

// settle writes the verdict, again and again while the database is away: a sent
// message that nobody noted would be sent twice. The lease makes repeating harmless.
func (q *Queue) settle(ctx context.Context, l Letter, v Verdict) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	for {
		own, err := q.Store.Settle(ctx, l, v, q.Now())
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

// attempt sends the letter and decides what the answer means.
func (q *Queue) attempt(ctx context.Context, l Letter) Verdict {
	ctx, cancel := q.within(ctx, callsEnd(l).Sub(q.Now()))
	defer cancel()
	ways, reason, err := q.ways(ctx, l)
	switch {
	case fault.HasReason(err, "UNAVAILABLE"):
		return Verdict{State: Queued, Reason: "UNAVAILABLE", Close: firstWait}
	case fault.HasReason(err, "CONNECTION_NOT_FOUND"): // deleted after the message was accepted
		return Verdict{State: Failed, Reason: ConnectionDeleted}
	case err != nil:
		return Verdict{State: Queued, Reason: "NO_CREDENTIALS", Close: maxWait}
	case reason != "":
		return Verdict{State: Failed, Reason: reason}
	}
	said := q.sendBy(ctx, ways)
	if errors.Is(said.err, errLate) {
		return tooLate()
	}
	return q.decide(ctx, l, ways, said, spread())
}

// tooLate gives back a letter for which no call was made.
func tooLate() Verdict { return Verdict{State: Queued, Reason: "UNAVAILABLE", Close: firstWait} }

// callsEnd is until when calls may be made with a letter: what came of them can still be
// written down then under its lease. It counts from the claim, so a process that stood
// still makes no call with what somebody else may have taken over.
func callsEnd(l Letter) time.Time { return l.Until.Add(attemptLimit - leaseTime) }

// spread is a random number from 0 to 1.
func spread() float64 { return rand.Float64() }

// within ends the context when so much of the queue's time has passed.
func (q *Queue) within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		if q.Wait(ctx, limit) == nil {
			cancel()
		}
	}()
	return ctx, cancel
}

// note writes what happened: ids, reasons and durations.
func (q *Queue) note(l Letter, v Verdict, own bool, took time.Duration) {
	q.Meters.called(v, took)
	fields := []zap.Field{
		zap.String("message", l.ID), zap.String("connection", l.Connection), zap.String("state", string(v.State)),
		zap.String("reason", v.Reason), zap.Int("attempts", l.Messages[0].Attempts+1), zap.Int("messages", len(l.Messages)),
		zap.Duration("took", took.Round(time.Millisecond)), zap.Duration("rest", v.Close.Round(time.Millisecond)),
	}
	switch {
	case !own:
		q.Log.Warn("outbound claim was lost", fields...)
	case l.Ask:
		q.Log.Warn("LINE WORKS was asked whether it takes messages", append(fields, zap.Bool("answered", v.Answered))...)
	case v.State == Sent:
		q.Meters.sent(l, q.Now())
		q.Log.Debug("outbound message sent", fields...)
	default:
		q.Meters.ended(v.State, len(l.Messages))
		q.Log.Warn("outbound message not sent", fields...)
	}
}
