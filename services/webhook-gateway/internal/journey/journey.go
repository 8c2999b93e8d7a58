// Package journey takes accepted events from the inbox to their outcome: link,
// punch, reply.
//
// It knows the order of the three steps and what each failure means for the
// event. It refuses to know SQL, HTTP, rules and words.
package journey

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// Links tells which employee a sender is, and lists whoever should be one.
type Links interface {
	ResolveSenders(ctx context.Context, in *integrationv1.ResolveSendersRequest, opts ...grpc.CallOption) (*integrationv1.ResolveSendersResponse, error)
	ReportUnlinkedSenders(ctx context.Context, in *integrationv1.ReportUnlinkedSendersRequest, opts ...grpc.CallOption) (*integrationv1.ReportUnlinkedSendersResponse, error)
}

// Punches judges events; the same event gets the same outcome again.
type Punches interface {
	RecordEvents(ctx context.Context, in *attendancev1.RecordEventsRequest, opts ...grpc.CallOption) (*attendancev1.RecordEventsResponse, error)
}

// Replies makes messages durable; the same event is answered once.
type Replies interface {
	SendReplies(ctx context.Context, in *integrationv1.SendRepliesRequest, opts ...grpc.CallOption) (*integrationv1.SendRepliesResponse, error)
}

// Journey is the path of events after the 200. Every field is required.
type Journey struct {
	Links   Links
	Punches Punches
	Replies Replies
	Log     *zap.Logger
	Now     func() time.Time
}

// Handle takes events as far as they get; one person's come in the order of
// their issued times. Every step may be repeated with the same events, so
// whoever is interrupted starts again from the beginning. The results are in the
// order of the rows.
func (j *Journey) Handle(ctx context.Context, rows []inbox.Row) []Result {
	trips := begin(rows)
	j.each(ctx, trips.sent(), j.link)
	j.each(ctx, trips.underway(), j.punch)
	j.each(ctx, trips.strangers(), j.report)
	j.each(ctx, trips.answerable(j.Now()), j.reply)
	return trips.results()
}

// link finds out who sent each event.
func (j *Journey) link(ctx context.Context, trips []*trip) error {
	answer, err := j.Links.ResolveSenders(ctx, &integrationv1.ResolveSendersRequest{Senders: senders(trips)})
	if err != nil {
		return err
	}
	return pair(trips, answer.GetSenders(), (*trip).linked)
}

// punch has each event judged, and recorded if it is a punch.
func (j *Journey) punch(ctx context.Context, trips []*trip) error {
	answer, err := j.Punches.RecordEvents(ctx, &attendancev1.RecordEventsRequest{Events: chatEvents(trips)})
	if err != nil {
		return err
	}
	return pair(trips, answer.GetOutcomes(), (*trip).judged)
}

// report lists whoever would have punched, before they are told to ask for it.
func (j *Journey) report(ctx context.Context, trips []*trip) error {
	_, err := j.Links.ReportUnlinkedSenders(ctx, &integrationv1.ReportUnlinkedSendersRequest{Senders: senders(trips)})
	return err
}

// reply answers in the talk room.
func (j *Journey) reply(ctx context.Context, trips []*trip) error {
	answer, err := j.Replies.SendReplies(ctx, &integrationv1.SendRepliesRequest{Replies: replies(trips)})
	if err != nil {
		return err
	}
	return pair(trips, answer.GetReplies(), (*trip).answered)
}

// each takes a step with all events at once. If that fails for one organization,
// the others take the step without it; if it fails for a reason that may lie in
// one event, the step is taken one by one, so that an event can only hold up itself.
func (j *Journey) each(ctx context.Context, trips []*trip, step func(context.Context, []*trip) error) {
	trips = slices.DeleteFunc(slices.Clone(trips), (*trip).held)
	if len(trips) == 0 {
		return
	}
	err := step(ctx, trips)
	if unready, others := split(trips, err); len(unready) > 0 {
		j.each(ctx, others, step)
		trips = unready
	} else if err != nil && len(trips) > 1 && !away(err) {
		for i := range trips {
			j.each(ctx, trips[i:i+1], step)
		}
		return
	}
	for _, t := range trips {
		if err != nil {
			j.stop(t, err)
		}
	}
}
