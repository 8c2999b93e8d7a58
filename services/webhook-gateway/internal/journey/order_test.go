package journey

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// byPerson gives the row to a person; the first letter of the user is the event.
func byPerson(user, person string) inbox.Row {
	return row(user, func(r *inbox.Row) { r.Person = person })
}

// What comes after an event that has to start again starts again as well, if it
// is the same person's; whichever step held the first one up.
func TestWhatComesAfterWaitsForWhatWasBefore(t *testing.T) {
	broken := errors.New("broken")
	rows := []inbox.Row{byPerson("a1", "taro"), byPerson("b1", "hanako"), byPerson("c1", "taro"), byPerson("d1", ""), byPerson("e1", "taro")}
	for name, w := range map[string]*world{
		"link": {resolve: func(s *integrationv1.Sender) (*integrationv1.ResolvedSender, error) {
			if s.GetUser() == "a1" {
				return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_PENDING, RetryAfter: durationpb.New(7 * time.Second)}, nil
			}
			return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_LINKED, Employee: "e-" + s.GetUser()}, nil
		}},
		"punch": {judge: func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
			return recorded(e), ifBad(e.GetEmployee() == "e-a1", broken)
		}},
		"reply": {send: func(r *integrationv1.Reply) error { return ifBad(r.GetUser() == "a1", broken) }},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.journey().Handle(t.Context(), rows)
			first := Result{Later: true, Own: true}
			if name == "link" {
				first = Result{Later: true, Wait: 7 * time.Second}
			}
			behind := Result{Later: true, Wait: first.Wait}
			want := []Result{first, done("RECORDED", "", "e-b1", "p"), behind, done("RECORDED", "", "e-d1", "p"), behind}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			for _, r := range w.sent {
				if r.GetUser() == "c1" || r.GetUser() == "e1" {
					t.Errorf("%s was answered before what came before it", r.GetUser())
				}
			}
		})
	}
}

// Integration is told which token an event came in by and when it was received.
func TestTheTokenTravelsWithTheEvent(t *testing.T) {
	var asked *integrationv1.Sender
	w := world{resolve: func(s *integrationv1.Sender) (*integrationv1.ResolvedSender, error) {
		asked = s
		return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_TOKEN_REVOKED}, nil
	}}
	w.journey().Handle(t.Context(), []inbox.Row{row("a", func(r *inbox.Row) { r.Token = "token-1" })})
	want := &integrationv1.Sender{
		Tenant: "t", Connection: "c", ApiVersion: integrationv1.Credentials_V2, User: "a",
		Token: "token-1", ReceivedTime: timestamppb.New(time.UnixMilli(2000)),
	}
	if diff := cmp.Diff(want, asked, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}
