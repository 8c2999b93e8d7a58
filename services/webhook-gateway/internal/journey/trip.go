package journey

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/reply"
)

// Result is what became of an event.
type Result struct {
	// Verdict is the terminal outcome, unless Later.
	Verdict inbox.Verdict
	// Later tells that the event has to start again.
	Later bool
	// Wait is how long somebody asked us to wait before that; zero leaves it to us.
	Wait time.Duration
	// Own tells that the trouble lies in the event itself: nobody is away.
	Own bool
}

// reasonUnlinked is why attendance refuses a punch of somebody who is nobody's
// employee.
const reasonUnlinked = "UNLINKED"

// trip is one event on its way.
type trip struct {
	row      inbox.Row
	sender   attendancev1.ChatEvent_SenderState
	employee string
	receipt  string // by which link
	outcome  *attendancev1.EventOutcome
	message  reply.Message // what there is to say; see speaks
	before   *trip         // the same person's event before this one
	result   *Result       // set when the trip has ended
}

type trips []*trip

func begin(rows []inbox.Row) trips {
	all := make(trips, len(rows))
	last := map[string]*trip{}
	for i, row := range rows {
		all[i] = &trip{row: row, sender: attendancev1.ChatEvent_NO_SENDER}
		if row.Person != "" {
			all[i].before, last[row.Person] = last[row.Person], all[i]
		}
	}
	return all
}

func (all trips) where(wanted func(*trip) bool) trips {
	var some trips
	for _, t := range all {
		if t.result == nil && wanted(t) {
			some = append(some, t)
		}
	}
	return some
}

// held tells, and makes it so, that the event starts again later because the same
// person's event before it does: their answers would come in the wrong order, and
// say that there is no 出勤 while there is one.
func (t *trip) held() bool {
	if t.result == nil && t.before != nil && t.before.result != nil && t.before.result.Later {
		t.result = &Result{Later: true, Wait: t.before.result.Wait}
	}
	return t.result != nil
}

// sent are the events whose sender matters.
func (all trips) sent() trips {
	return all.where(func(t *trip) bool { return t.row.Event.User != "" && t.row.Event.Kind != event.Room })
}

func (all trips) underway() trips { return all.where(func(*trip) bool { return true }) }

// strangers are the events that would have been punches, had the sender been
// linked. There are none in an ordinary batch, and then nobody is called.
func (all trips) strangers() trips {
	return all.where(func(t *trip) bool {
		return t.outcome.GetKind() == attendancev1.EventOutcome_REFUSED && t.outcome.GetReason() == reasonUnlinked
	})
}

// answerable are the events with something to say and somebody to say it to.
func (all trips) answerable(now time.Time) trips {
	return all.where(func(t *trip) bool { return t.outcome != nil && t.speaks(now) })
}

// results ends what is left: judged, and answered or nothing to answer.
func (all trips) results() []Result {
	list := make([]Result, len(all))
	for i, t := range all {
		if t.result == nil {
			t.result = &Result{Verdict: verdictOf(t.outcome)}
		}
		list[i] = *t.result
	}
	return list
}

// linked takes in who the sender is.
func (t *trip) linked(s *integrationv1.ResolvedSender) error {
	switch s.GetState() {
	case integrationv1.ResolvedSender_LINKED:
		t.sender, t.employee, t.receipt = attendancev1.ChatEvent_LINKED, s.GetEmployee(), s.GetLinkReceipt()
	case integrationv1.ResolvedSender_UNLINKED:
		t.sender = attendancev1.ChatEvent_UNLINKED
	case integrationv1.ResolvedSender_CONNECTION_INACTIVE:
		t.sender = attendancev1.ChatEvent_CONNECTION_INACTIVE
	case integrationv1.ResolvedSender_TOKEN_REVOKED:
		t.sender = attendancev1.ChatEvent_TOKEN_REVOKED
	case integrationv1.ResolvedSender_PENDING:
		t.result = &Result{Later: true, Wait: s.GetRetryAfter().AsDuration()}
	default:
		return fmt.Errorf("link: state %s of a sender", s.GetState())
	}
	return nil
}

// judged takes in the outcome, if it can be one.
func (t *trip) judged(o *attendancev1.EventOutcome) error {
	recorded := o.GetKind() == attendancev1.EventOutcome_RECORDED
	if !bytes.Equal(o.GetEventKey(), t.row.Key[:]) || verdictOf(o).Outcome == "" || recorded != (o.GetPunch() != "") {
		return errors.New("punch: the outcome does not fit the event")
	}
	t.outcome = o
	return nil
}

// answered has nothing to take in: the message is durable.
func (t *trip) answered(*integrationv1.AcceptedReply) error { return nil }

func verdictOf(o *attendancev1.EventOutcome) inbox.Verdict {
	v := inbox.Verdict{Reason: o.GetReason(), Employee: o.GetEmployee(), Punch: o.GetPunch()}
	switch o.GetKind() {
	case attendancev1.EventOutcome_RECORDED:
		v.Outcome = inbox.Recorded
	case attendancev1.EventOutcome_IGNORED:
		v.Outcome = inbox.Ignored
	case attendancev1.EventOutcome_REFUSED:
		v.Outcome = inbox.Refused
	default: // no outcome: judged refuses it
	}
	return v
}

// pair gives each event its answer; answers are in the order of the question.
func pair[A any](trips []*trip, answers []A, take func(*trip, A) error) error {
	if len(answers) != len(trips) {
		return fmt.Errorf("%d answers for %d events", len(answers), len(trips))
	}
	for i, t := range trips {
		if err := take(t, answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// split parts the events of the organization that an error is about from the
// others; none when the error is not about one organization.
func split(trips []*trip, err error) (about, others []*trip) {
	f := rpc.FaultFrom(err)
	if f == nil || f.Reason() != attendancev1.ErrorReason_COMPANY_NOT_READY.String() {
		return nil, trips
	}
	for _, t := range trips {
		if t.row.Tenant == f.Meta()["tenant"] {
			about = append(about, t)
		} else {
			others = append(others, t)
		}
	}
	return about, others
}

// away tells trouble of the other side, which is the same for every event. A
// company that is not ready is the trouble of that company's events alone.
func away(err error) bool {
	f := rpc.FaultFrom(err)
	if f.Reason() == attendancev1.ErrorReason_COMPANY_NOT_READY.String() {
		return false
	}
	return f.Kind() == fault.Unavailable || f.Kind() == fault.Deadline
}

// stop ends the trip of an event that failed by itself. A judged event keeps its
// outcome when its answer can never be sent; an event that can never be judged
// is quarantined; everything else starts again later.
func (j *Journey) stop(t *trip, err error) {
	f := rpc.FaultFrom(err)
	never := f.Kind() == fault.InvalidArgument || (t.outcome != nil && f.Kind() == fault.NotFound)
	j.Log.Warn("event held up", zap.String("event", t.row.ID), zap.String("tenant", t.row.Tenant),
		zap.Bool("judged", t.outcome != nil), zap.Bool("never", never), zap.String("reason", f.Reason()), zap.Error(err))
	switch {
	case !never:
		t.result = &Result{Later: true, Wait: f.Retry(), Own: f.Retry() == 0 && !away(err)}
	case t.outcome == nil:
		t.result = &Result{Verdict: inbox.Verdict{Outcome: inbox.Quarantined, Reason: f.Reason()}}
	}
}
