package journey

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is the other two contexts. What is nil answers the ordinary way: linked,
// recorded, accepted.
type world struct {
	resolve func(*integrationv1.Sender) (*integrationv1.ResolvedSender, error)
	judge   func(*attendancev1.ChatEvent) (*attendancev1.EventOutcome, error)
	send    func(*integrationv1.Reply) error
	list    func(*integrationv1.Sender) error

	calls  []string
	asked  []*attendancev1.ChatEvent
	sent   []*integrationv1.Reply
	listed []string
}

func (w *world) ResolveSenders(_ context.Context, in *integrationv1.ResolveSendersRequest, _ ...grpc.CallOption) (*integrationv1.ResolveSendersResponse, error) {
	w.calls = append(w.calls, "link")
	out := &integrationv1.ResolveSendersResponse{}
	for _, s := range in.GetSenders() {
		answer := &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_LINKED, Employee: "e-" + s.GetUser(), LinkReceipt: "r-" + s.GetUser()}
		if w.resolve != nil {
			var err error
			if answer, err = w.resolve(s); err != nil {
				return nil, err
			}
		}
		out.Senders = append(out.Senders, answer)
	}
	return out, nil
}

func (w *world) ReportUnlinkedSenders(_ context.Context, in *integrationv1.ReportUnlinkedSendersRequest, _ ...grpc.CallOption) (*integrationv1.ReportUnlinkedSendersResponse, error) {
	w.calls = append(w.calls, "list")
	for _, s := range in.GetSenders() {
		if w.list != nil {
			if err := w.list(s); err != nil {
				return nil, err
			}
		}
		w.listed = append(w.listed, s.GetUser())
	}
	return &integrationv1.ReportUnlinkedSendersResponse{}, nil
}

func (w *world) RecordEvents(_ context.Context, in *attendancev1.RecordEventsRequest, _ ...grpc.CallOption) (*attendancev1.RecordEventsResponse, error) {
	w.calls = append(w.calls, "punch")
	out := &attendancev1.RecordEventsResponse{}
	for _, e := range in.GetEvents() {
		answer := recorded(e)
		if w.judge != nil {
			var err error
			if answer, err = w.judge(e); err != nil {
				return nil, err
			}
		}
		out.Outcomes = append(out.Outcomes, answer)
	}
	w.asked = append(w.asked, in.GetEvents()...)
	return out, nil
}

func (w *world) SendReplies(_ context.Context, in *integrationv1.SendRepliesRequest, _ ...grpc.CallOption) (*integrationv1.SendRepliesResponse, error) {
	w.calls = append(w.calls, "reply")
	out := &integrationv1.SendRepliesResponse{}
	for _, r := range in.GetReplies() {
		if w.send != nil {
			if err := w.send(r); err != nil {
				return nil, err
			}
		}
		out.Replies = append(out.Replies, &integrationv1.AcceptedReply{Reply: "r"})
	}
	w.sent = append(w.sent, in.GetReplies()...)
	return out, nil
}

func recorded(e *attendancev1.ChatEvent) *attendancev1.EventOutcome {
	return &attendancev1.EventOutcome{
		EventKey: e.GetEventKey(), Kind: attendancev1.EventOutcome_RECORDED, Punch: "p", Employee: e.GetEmployee(),
		Reply: &attendancev1.ReplyDirective{
			Template: attendancev1.ReplyDirective_PUNCH_RECORDED, PunchKind: attendancev1.Punch_CLOCK_IN, EmployeeDisplayName: "山田", TimeText: "09:00",
			BusinessDate: "2026-11-26",
		},
	}
}

func (w *world) journey() *Journey {
	return &Journey{Links: w, Punches: w, Replies: w, Log: zap.NewNop(), Now: func() time.Time { return time.Date(2026, time.November, 27, 0, 0, 0, 0, time.UTC) }}
}

func row(user string, change func(*inbox.Row)) inbox.Row {
	r := inbox.Row{
		ID: "id-" + user, Tenant: "t", Connection: "c", Version: event.V2, Key: event.Key{user[0]}, Received: time.UnixMilli(2000),
		Event: event.Event{Kind: event.Text, Type: "message", User: user, Issued: time.UnixMilli(1000), Place: event.Direct, Text: "出勤"},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func done(outcome, reason, employee, punch string) Result {
	return Result{Verdict: inbox.Verdict{Outcome: outcome, Reason: reason, Employee: employee, Punch: punch}}
}

func away503() error { return fault.New(fault.Unavailable, "UNAVAILABLE", fault.Text{}) }

func TestLinkThenPunchThenReply(t *testing.T) {
	var w world
	got := w.journey().Handle(t.Context(), []inbox.Row{row("a", nil), row("b", nil)})
	if diff := cmp.Diff([]Result{done("RECORDED", "", "e-a", "p"), done("RECORDED", "", "e-b", "p")}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"link", "punch", "reply"}, w.calls); diff != "" {
		t.Error(diff)
	}
	want := &attendancev1.ChatEvent{
		Tenant: "t", EventKey: w.asked[0].GetEventKey(), Connection: "c", IssuedTime: timestamppb.New(time.UnixMilli(1000)), LinkReceipt: "r-a",
		ReceivedTime: timestamppb.New(time.UnixMilli(2000)), RoomKind: attendancev1.RoomKind_DIRECT,
		SenderState: attendancev1.ChatEvent_LINKED, Employee: "e-a",
		Content: &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: "出勤"}},
	}
	if diff := cmp.Diff(want, w.asked[0], protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	r := w.sent[0]
	if r.GetUser() != "a" || r.GetChannel() != "" || r.GetPriority() != integrationv1.Reply_CONFIRMATION ||
		len(r.GetTexts()) != 5 || r.GetTexts()[0].GetText() != "山田さん 出勤 09:00 を記録しました。" || r.GetApiVersion() != integrationv1.Credentials_V2 {
		t.Error(r)
	}
	if len(r.GetLateTexts()) != 5 || r.GetLateTexts()[0].GetText() != "山田さん 11/26 09:00 出勤を記録しました。" || !r.GetEventTime().AsTime().Equal(time.UnixMilli(1000)) {
		t.Error(r)
	}
}

func TestEverySenderState(t *testing.T) {
	for state, want := range map[integrationv1.ResolvedSender_State]attendancev1.ChatEvent_SenderState{
		integrationv1.ResolvedSender_LINKED:              attendancev1.ChatEvent_LINKED,
		integrationv1.ResolvedSender_UNLINKED:            attendancev1.ChatEvent_UNLINKED,
		integrationv1.ResolvedSender_CONNECTION_INACTIVE: attendancev1.ChatEvent_CONNECTION_INACTIVE,
		integrationv1.ResolvedSender_TOKEN_REVOKED:       attendancev1.ChatEvent_TOKEN_REVOKED,
	} {
		w := world{resolve: func(*integrationv1.Sender) (*integrationv1.ResolvedSender, error) {
			return &integrationv1.ResolvedSender{State: state}, nil
		}}
		w.journey().Handle(t.Context(), []inbox.Row{row("a", nil)})
		if got := w.asked[0].GetSenderState(); got != want {
			t.Errorf("%s: %s", state, got)
		}
	}
}

func TestAPendingSenderHoldsUpOnlyItself(t *testing.T) {
	w := world{resolve: func(s *integrationv1.Sender) (*integrationv1.ResolvedSender, error) {
		if s.GetUser() == "a" {
			return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_PENDING, RetryAfter: durationpb.New(7 * time.Second)}, nil
		}
		return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_LINKED, Employee: "e"}, nil
	}}
	got := w.journey().Handle(t.Context(), []inbox.Row{row("a", nil), row("b", nil)})
	if diff := cmp.Diff([]Result{{Later: true, Wait: 7 * time.Second}, done("RECORDED", "", "e", "p")}, got); diff != "" {
		t.Error(diff)
	}
	if len(w.asked) != 1 || len(w.sent) != 1 {
		t.Errorf("%d judged, %d answered", len(w.asked), len(w.sent))
	}
}

func TestEveryOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		kind    attendancev1.EventOutcome_Kind
		reason  string
		say     attendancev1.ReplyDirective_Template
		want    Result
		answers int
	}{
		"ignored":            {attendancev1.EventOutcome_IGNORED, "NO_PHRASE", 0, done("IGNORED", "NO_PHRASE", "e-a", ""), 0},
		"ignored with guide": {attendancev1.EventOutcome_IGNORED, "BOT_EVENT", attendancev1.ReplyDirective_GUIDE, done("IGNORED", "BOT_EVENT", "e-a", ""), 1},
		"refused":            {attendancev1.EventOutcome_REFUSED, "SUBMITTED", attendancev1.ReplyDirective_SUBMITTED, done("REFUSED", "SUBMITTED", "e-a", ""), 1},
		"refused in silence": {attendancev1.EventOutcome_REFUSED, "UNLINKED", 0, done("REFUSED", "UNLINKED", "e-a", ""), 0},
		"no outcome":         {attendancev1.EventOutcome_KIND_UNSPECIFIED, "", 0, Result{Later: true, Own: true}, 0},
		"recorded, no punch": {attendancev1.EventOutcome_RECORDED, "", 0, Result{Later: true, Own: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{judge: func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
				return &attendancev1.EventOutcome{EventKey: e.GetEventKey(), Kind: c.kind, Reason: c.reason, Employee: e.GetEmployee(), Reply: &attendancev1.ReplyDirective{Template: c.say}}, nil
			}}
			got := w.journey().Handle(t.Context(), []inbox.Row{row("a", nil)})
			if diff := cmp.Diff([]Result{c.want}, got); diff != "" || len(w.sent) != c.answers {
				t.Errorf("%s, %d answers", diff, len(w.sent))
			}
		})
	}
}

func TestTheOtherSideAwayIsLaterForAll(t *testing.T) {
	for name, w := range map[string]*world{
		"link":  {resolve: func(*integrationv1.Sender) (*integrationv1.ResolvedSender, error) { return nil, away503() }},
		"punch": {judge: func(*attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) { return nil, away503() }},
		"reply": {send: func(*integrationv1.Reply) error { return away503() }},
	} {
		got := w.journey().Handle(t.Context(), []inbox.Row{row("a", nil), row("b", nil)})
		if diff := cmp.Diff([]Result{{Later: true}, {Later: true}}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if w.calls[len(w.calls)-1] != name || len(w.calls) > 3 {
			t.Errorf("%s: %v", name, w.calls)
		}
	}
}

func TestOneBadEventHoldsUpOnlyItself(t *testing.T) {
	invalid, internal := fault.Invalid(), errors.New("broken")
	notReady := fault.New(fault.Unavailable, "COMPANY_NOT_READY", fault.Text{}).RetryAfter(3 * time.Second)
	quarantined, outcome := done("QUARANTINED", "INVALID_ARGUMENT", "", ""), done("RECORDED", "", "e-a", "p")
	gone := fault.New(fault.NotFound, "CONNECTION_NOT_FOUND", fault.Text{})
	for name, c := range map[string]struct {
		link, punch, reply error
		want               Result
	}{
		"link refuses":        {link: invalid, want: quarantined},
		"punch refuses":       {punch: invalid, want: quarantined},
		"punch breaks":        {punch: internal, want: Result{Later: true, Own: true}},
		"company not ready":   {punch: notReady, want: Result{Later: true, Wait: 3 * time.Second}},
		"reply refused":       {reply: invalid, want: outcome},
		"connection deleted":  {reply: gone, want: outcome},
		"reply breaks":        {reply: internal, want: Result{Later: true, Own: true}},
		"link does not know":  {link: gone, want: Result{Later: true, Own: true}},
		"nothing goes wrong":  {want: outcome},
		"punch does not know": {punch: gone, want: Result{Later: true, Own: true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{
				resolve: func(s *integrationv1.Sender) (*integrationv1.ResolvedSender, error) {
					answer := &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_LINKED, Employee: "e-" + s.GetUser()}
					return answer, ifBad(s.GetUser() == "a", c.link)
				},
				judge: func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
					return recorded(e), ifBad(e.GetEmployee() == "e-a", c.punch)
				},
				send: func(r *integrationv1.Reply) error { return ifBad(r.GetUser() == "a", c.reply) },
			}
			got := w.journey().Handle(t.Context(), []inbox.Row{row("b", nil), row("a", nil), row("c", nil)})
			want := []Result{done("RECORDED", "", "e-b", "p"), c.want, done("RECORDED", "", "e-c", "p")}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A company that attendance does not know yet costs the others one more call, not
// one for every event.
func TestACompanyThatIsNotReadyHoldsUpOnlyItself(t *testing.T) {
	of := func(tenant string) func(*inbox.Row) { return func(r *inbox.Row) { r.Tenant = tenant } }
	w := world{judge: func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
		if e.GetTenant() == "new" {
			return nil, fault.New(fault.Unavailable, "COMPANY_NOT_READY", fault.Text{}).With("tenant", "new").RetryAfter(time.Second)
		}
		return recorded(e), nil
	}}
	got := w.journey().Handle(t.Context(), []inbox.Row{row("a", of("new")), row("b", of("old")), row("c", of("new")), row("d", of("old"))})
	later := Result{Later: true, Wait: time.Second}
	want := []Result{later, done("RECORDED", "", "e-b", "p"), later, done("RECORDED", "", "e-d", "p")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"link", "punch", "punch", "reply"}, w.calls); diff != "" {
		t.Error(diff)
	}
}

func ifBad(bad bool, err error) error {
	if bad {
		return err
	}
	return nil
}

func TestAnOutcomeOfAnotherEventIsNoOutcome(t *testing.T) {
	w := world{judge: func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
		o := recorded(e)
		o.EventKey = []byte("another")
		return o, nil
	}}
	if got := w.journey().Handle(t.Context(), []inbox.Row{row("a", nil)}); !got[0].Later {
		t.Error(got)
	}
}

func TestWhereTheAnswerGoes(t *testing.T) {
	for name, c := range map[string]struct {
		place         event.Place
		channel       string
		setting       attendancev1.PunchSettings_Reply_Place
		user, answers string
	}{
		"same room, 1:1":        {event.Direct, "", attendancev1.PunchSettings_Reply_SAME_ROOM, "a", ""},
		"same room, group":      {event.Group, "room", attendancev1.PunchSettings_Reply_SAME_ROOM, "a", "room"},
		"not said, group":       {event.Group, "room", attendancev1.PunchSettings_Reply_PLACE_UNSPECIFIED, "a", "room"},
		"direct, group":         {event.Group, "room", attendancev1.PunchSettings_Reply_DIRECT, "a", ""},
		"same room, not known":  {event.Unknown, "room", attendancev1.PunchSettings_Reply_SAME_ROOM, "a", "room"},
		"same room, no channel": {event.Unknown, "", attendancev1.PunchSettings_Reply_SAME_ROOM, "a", ""},
	} {
		var w world
		w.judge = func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
			o := recorded(e)
			o.Reply.Place = c.setting
			return o, nil
		}
		w.journey().Handle(t.Context(), []inbox.Row{row("a", func(r *inbox.Row) {
			r.Version, r.Event.Place, r.Event.Channel = event.V1, c.place, c.channel
		})})
		if r := w.sent[0]; r.GetUser() != c.user || r.GetChannel() != c.answers || r.GetApiVersion() != integrationv1.Credentials_V1 {
			t.Errorf("%s: %v", name, r)
		}
	}
}

func TestWhatAttendanceSees(t *testing.T) {
	for name, c := range map[string]struct {
		event event.Event
		links int
		want  string
	}{
		"text":        {event.Event{Kind: event.Text, User: "a"}, 1, "text"},
		"postback":    {event.Event{Kind: event.Postback, User: "a"}, 1, "postback"},
		"sticker":     {event.Event{Kind: event.Unsupported, User: "a"}, 1, "unsupported"},
		"begin":       {event.Event{Kind: event.Opened, User: "a"}, 1, "bot_event"},
		"end":         {event.Event{Kind: event.Closed, User: "a"}, 1, "bot_event"},
		"join":        {event.Event{Kind: event.Room}, 0, "room_event"},
		"of tomorrow": {event.Event{Kind: event.Room, User: "a"}, 0, "room_event"},
	} {
		w := world{judge: func(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
			return &attendancev1.EventOutcome{EventKey: e.GetEventKey(), Kind: attendancev1.EventOutcome_IGNORED, Reason: "X"}, nil
		}}
		w.journey().Handle(t.Context(), []inbox.Row{row("a", func(r *inbox.Row) { r.Event = c.event })})
		got := w.asked[0].ProtoReflect().WhichOneof(w.asked[0].ProtoReflect().Descriptor().Oneofs().ByName("content"))
		if string(got.Name()) != c.want || len(w.calls)-1 != c.links || (c.links == 0) != (w.asked[0].GetSenderState() == attendancev1.ChatEvent_NO_SENDER) {
			t.Errorf("%s: %s, %v", name, got.Name(), w.calls)
		}
	}
}
