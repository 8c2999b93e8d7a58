package journey

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/reply"
)

func senders(trips []*trip) []*integrationv1.Sender {
	list := make([]*integrationv1.Sender, len(trips))
	for i, t := range trips {
		list[i] = &integrationv1.Sender{
			Tenant: t.row.Tenant, Connection: t.row.Connection,
			ApiVersion: versionOf(t.row.Version), User: t.row.Event.User,
			Token: t.row.Token, ReceivedTime: timestamppb.New(t.row.Received),
		}
	}
	return list
}

func versionOf(v event.Version) integrationv1.Credentials_ApiVersion {
	if v == event.V1 {
		return integrationv1.Credentials_V1
	}
	return integrationv1.Credentials_V2
}

func chatEvents(trips []*trip) []*attendancev1.ChatEvent {
	list := make([]*attendancev1.ChatEvent, len(trips))
	for i, t := range trips {
		list[i] = t.chatEvent()
	}
	return list
}

func (t *trip) chatEvent() *attendancev1.ChatEvent {
	out := &attendancev1.ChatEvent{
		Tenant:       t.row.Tenant,
		EventKey:     t.row.Key[:],
		Connection:   t.row.Connection,
		IssuedTime:   timestamppb.New(t.row.Event.Issued),
		ReceivedTime: timestamppb.New(t.row.Received),
		RoomKind:     roomKind(t.row.Event.Place),
		SenderState:  t.sender,
		Employee:     t.employee,
		LinkReceipt:  t.receipt,
	}
	fill(out, t.row.Event)
	return out
}

func fill(out *attendancev1.ChatEvent, e event.Event) {
	switch e.Kind {
	case event.Text:
		out.Content = &attendancev1.ChatEvent_Text{Text: &attendancev1.TextContent{Text: e.Text, Postback: e.Postback}}
	case event.Postback:
		out.Content = &attendancev1.ChatEvent_Postback{Postback: &attendancev1.PostbackContent{Data: e.Postback}}
	case event.Unsupported:
		out.Content = &attendancev1.ChatEvent_Unsupported{Unsupported: &attendancev1.UnsupportedContent{}}
	case event.Opened, event.Closed:
		out.Content = &attendancev1.ChatEvent_BotEvent{BotEvent: &attendancev1.BotEventContent{Opened: e.Kind == event.Opened}}
	default:
		out.Content = &attendancev1.ChatEvent_RoomEvent{RoomEvent: &attendancev1.RoomEventContent{}}
	}
}

func roomKind(p event.Place) attendancev1.RoomKind {
	switch p {
	case event.Direct:
		return attendancev1.RoomKind_DIRECT
	case event.Group:
		return attendancev1.RoomKind_GROUP
	default:
		return attendancev1.RoomKind_ROOM_KIND_UNSPECIFIED
	}
}

// speaks tells that there is something to say and somebody to say it to.
func (t *trip) speaks(now time.Time) (ok bool) {
	t.message, ok = reply.Compose(t.facts(now))
	user, channel := t.address()
	return ok && (user != "" || channel != "")
}

func (t *trip) facts(now time.Time) reply.Facts {
	r := t.outcome.GetReply()
	return reply.Facts{
		Template: r.GetTemplate().String(), Kind: r.GetPunchKind().String(), Name: r.GetEmployeeDisplayName(),
		Time: r.GetTimeText(), Previous: r.GetPreviousTimeText(), Period: r.GetPeriod(), Date: r.GetBusinessDate(), Now: now,
	}
}

// address is where to answer: the room if it was one and may be, otherwise the person.
func (t *trip) address() (user, channel string) {
	e := t.row.Event
	if t.outcome.GetReply().GetPlace() != attendancev1.PunchSettings_Reply_DIRECT && e.Place != event.Direct {
		channel = e.Channel
	}
	return e.User, channel
}

func replies(trips []*trip) []*integrationv1.Reply {
	list := make([]*integrationv1.Reply, len(trips))
	for i, t := range trips {
		list[i] = t.reply()
	}
	return list
}

func (t *trip) reply() *integrationv1.Reply {
	message := t.message
	user, channel := t.address()
	out := &integrationv1.Reply{
		Tenant: t.row.Tenant, EventKey: t.row.Key[:], Connection: t.row.Connection, ApiVersion: versionOf(t.row.Version),
		User: user, Channel: channel, Texts: localized(message.Texts), LateTexts: localized(message.Late),
		EventTime: timestamppb.New(t.row.Event.Issued), Priority: integrationv1.Reply_CONFIRMATION,
	}
	if message.Problem {
		out.Priority = integrationv1.Reply_PROBLEM
	}
	for _, b := range message.Buttons {
		out.Buttons = append(out.Buttons, &integrationv1.Button{Postback: b.Postback, Labels: localized(b.Labels)})
	}
	return out
}

func localized(texts []reply.Text) []*integrationv1.LocalizedText {
	list := make([]*integrationv1.LocalizedText, len(texts))
	for i, text := range texts {
		list[i] = &integrationv1.LocalizedText{Language: text.Language, Text: text.Text}
	}
	return list
}
