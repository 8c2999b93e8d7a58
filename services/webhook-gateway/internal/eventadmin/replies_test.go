package eventadmin

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// answers remembers what it was asked, and forgets what was received before 1970.
type answers struct {
	asked *integrationv1.BatchGetRepliesRequest
	list  []*integrationv1.ReplyStatus
	err   error
	hangs bool
}

func (a *answers) BatchGetReplies(ctx context.Context, in *integrationv1.BatchGetRepliesRequest, _ ...grpc.CallOption) (*integrationv1.BatchGetRepliesResponse, error) {
	a.asked = in
	if a.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if a.list == nil {
		a.list = slices.Repeat([]*integrationv1.ReplyStatus{{State: integrationv1.ReplyStatus_NONE}}, len(in.GetEventKeys()))
	}
	return &integrationv1.BatchGetRepliesResponse{Replies: a.list, RememberedSinceTime: timestamppb.New(time.Unix(0, 0))}, a.err
}

// Each event shows what became of its own answer. None means nothing while the event
// is not judged, and nothing when an answer would be forgotten by now.
func TestEventsShowWhatBecameOfTheirAnswers(t *testing.T) {
	at := time.Unix(100, 0)
	row := func(key, outcome string, received time.Time) inbox.Accepted {
		return inbox.Accepted{ID: id, Connection: "c", Key: []byte(key), Received: received, Outcome: outcome, RoomKind: "DIRECT", Deliveries: 1}
	}
	sent := &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_SENT, Form: integrationv1.ReplyStatus_DIGEST, EndTime: timestamppb.New(at)}
	none, parked := &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_NONE}, &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_PARKED, Reason: "ACCESS_DENIED"}
	a := &answers{list: []*integrationv1.ReplyStatus{sent, none, none, none, parked}}
	s := Service{Replies: a, Inbox: &lister{rows: []inbox.Accepted{
		row("1", "RECORDED", at), row("2", "PENDING", at), row("3", "IGNORED", at), row("4", "REFUSED", time.Unix(-1, 0)), row("5", "PENDING", at),
	}}}
	got, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var shown []*integrationv1.ReplyStatus
	for _, e := range got.GetEvents() {
		shown = append(shown, e.GetReply())
	}
	want := []*integrationv1.ReplyStatus{sent, nil, none, {State: integrationv1.ReplyStatus_UNKNOWN, Reason: "FORGOTTEN"}, parked}
	if d := cmp.Diff(want, shown, protocmp.Transform()); d != "" {
		t.Error(d)
	}
	keys := [][]byte{[]byte("1"), []byte("2"), []byte("3"), []byte("4"), []byte("5")}
	if d := cmp.Diff(&integrationv1.BatchGetRepliesRequest{Tenant: "t1", EventKeys: keys}, a.asked, protocmp.Transform()); d != "" {
		t.Error(d)
	}
}

// The list is shown when nobody can tell what became of the answers.
func TestEventsAreShownWithoutTheirAnswers(t *testing.T) {
	want := &integrationv1.ReplyStatus{State: integrationv1.ReplyStatus_UNKNOWN, Reason: "UNAVAILABLE"}
	for name, a := range map[string]*answers{
		"away": {err: errors.New("away")}, "silent": {hangs: true}, "another number": {list: []*integrationv1.ReplyStatus{}},
	} {
		s := Service{Replies: a, Inbox: &lister{rows: []inbox.Accepted{accepted()}}}
		got, err := s.ListEvents(asked(t), &gatewayv1.ListEventsRequest{})
		if err != nil || len(got.GetEvents()) != 1 {
			t.Fatal(name, got, err)
		}
		if d := cmp.Diff(want, got.GetEvents()[0].GetReply(), protocmp.Transform()); d != "" {
			t.Error(name, d)
		}
	}
	a := &answers{}
	if _, err := (&Service{Replies: a, Inbox: &lister{}}).ListEvents(asked(t), &gatewayv1.ListEventsRequest{}); err != nil || a.asked != nil {
		t.Error("asked for no event", err)
	}
}
