package api

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

func TestRecordEventsTellsTheTruth(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	for _, step := range []struct {
		at, text string
		want     *attendancev1.ReplyDirective
	}{
		{"23T09:00", "おはよう 出勤", &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_PUNCH_RECORDED, PunchKind: attendancev1.Punch_CLOCK_IN, TimeText: "09:00"}},
		{"23T09:05", "出勤", &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_CLOCK_IN_REPEATED, PunchKind: attendancev1.Punch_CLOCK_IN, TimeText: "09:05", PreviousTimeText: "09:00"}},
		{"23T18:00", "退勤", &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_PUNCH_RECORDED, PunchKind: attendancev1.Punch_CLOCK_OUT, TimeText: "18:00"}},
		{"23T18:30", "退勤", &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_CLOCK_OUT_REPLACED, PunchKind: attendancev1.Punch_CLOCK_OUT, TimeText: "18:30", PreviousTimeText: "18:00"}},
		{"24T12:00", "休憩", &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_RECORDED_WITHOUT_CLOCK_IN, PunchKind: attendancev1.Punch_BREAK_START, TimeText: "12:00"}},
	} {
		step.want.Place, step.want.EmployeeDisplayName = attendancev1.PunchSettings_Reply_SAME_ROOM, "社員001"
		step.want.BusinessDate = "2026-11-" + step.at[:2]
		got := f.record(t, f.said(t, e, step.at, step.text))[0]
		if got.GetKind() != attendancev1.EventOutcome_RECORDED || got.GetPunch() == "" || got.GetEmployee() != e {
			t.Errorf("%s: %v", step.at, got)
		}
		if diff := cmp.Diff(step.want, got.GetReply(), protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.at, diff)
		}
	}
}

func TestRecordEventsOutcomes(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	change := func(at, text string, change func(*attendancev1.ChatEvent)) *attendancev1.ChatEvent {
		event := f.said(t, e, at, text)
		change(event)
		return event
	}
	events := []*attendancev1.ChatEvent{
		f.said(t, e, "23T10:00", "こんにちは"),
		f.said(t, "", "23T10:01", "出勤"),
		f.said(t, uuid.NewString(), "23T10:02", "出勤"),
		f.said(t, e, "23T10:03", "出勤と退勤"),
		change("23T10:04", "出勤", func(e *attendancev1.ChatEvent) {
			e.SenderState, e.Employee = attendancev1.ChatEvent_CONNECTION_INACTIVE, ""
		}),
		change("23T10:05", "", func(e *attendancev1.ChatEvent) {
			e.Content = &attendancev1.ChatEvent_Unsupported{Unsupported: &attendancev1.UnsupportedContent{}}
		}),
		change("23T10:06", "", func(e *attendancev1.ChatEvent) {
			e.Content = &attendancev1.ChatEvent_RoomEvent{RoomEvent: &attendancev1.RoomEventContent{}}
		}),
		change("23T10:07", "", func(e *attendancev1.ChatEvent) {
			e.Content = &attendancev1.ChatEvent_BotEvent{BotEvent: &attendancev1.BotEventContent{Opened: true}}
		}),
		change("23T10:08", "", func(e *attendancev1.ChatEvent) {
			e.Content = &attendancev1.ChatEvent_Postback{Postback: &attendancev1.PostbackContent{Data: "dakoku:CLOCK_IN"}}
		}),
		change("23T10:09", "利用開始", func(e *attendancev1.ChatEvent) { e.GetText().Postback = "start" }),
		change("23T10:10", "退勤", func(e *attendancev1.ChatEvent) { e.GetText().Postback = "somebody else's" }),
		change("23T10:12", "出勤", func(e *attendancev1.ChatEvent) {
			e.SenderState, e.Employee = attendancev1.ChatEvent_TOKEN_REVOKED, ""
		}),
		change("23T10:13", "利用開始", func(e *attendancev1.ChatEvent) {
			e.SenderState, e.GetText().Postback = attendancev1.ChatEvent_TOKEN_REVOKED, "start"
		}),
		change("23T10:11", "出勤", func(e *attendancev1.ChatEvent) { e.SenderState = attendancev1.ChatEvent_NO_SENDER }),
	}
	type brief struct{ Kind, Reason, Template string }
	want := []brief{
		{"IGNORED", "NO_PHRASE", "TEMPLATE_UNSPECIFIED"}, {"REFUSED", "UNLINKED", "UNLINKED"}, {"REFUSED", "UNLINKED", "UNLINKED"},
		{"REFUSED", "AMBIGUOUS", "AMBIGUOUS"}, {"REFUSED", "CONNECTION_INACTIVE", "TEMPLATE_UNSPECIFIED"},
		{"IGNORED", "UNSUPPORTED_CONTENT", "TEXT_ONLY"}, {"IGNORED", "ROOM_EVENT", "TEMPLATE_UNSPECIFIED"},
		{"IGNORED", "BOT_EVENT", "GUIDE"}, {"RECORDED", "", "PUNCH_RECORDED"}, {"IGNORED", "NO_PHRASE", "GUIDE"},
		{"RECORDED", "", "PUNCH_RECORDED"}, {"REFUSED", "TOKEN_REVOKED", "TEMPLATE_UNSPECIFIED"},
		{"IGNORED", "NO_PHRASE", "TEMPLATE_UNSPECIFIED"}, {"IGNORED", "BOT_EVENT", "TEMPLATE_UNSPECIFIED"},
	}
	var got []brief
	for _, o := range f.record(t, events...) {
		got = append(got, brief{o.GetKind().String(), o.GetReason(), o.GetReply().GetTemplate().String()})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// A repeated key is answered as before, alone or inside its own batch, and records nothing.
func TestRecordEventsRepeated(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	events := []*attendancev1.ChatEvent{
		f.said(t, e, "23T09:00", "出勤"), f.said(t, e, "23T10:00", "やあ"), f.said(t, "", "23T11:00", "退勤"),
		f.said(t, e, "23T09:00", "出勤"), f.said(t, e, "23T12:00", "出勤と退勤"),
	}
	first := f.record(t, events...)
	if !first[3].GetRepeatedKey() || first[0].GetRepeatedKey() || first[3].GetPunch() != first[0].GetPunch() {
		t.Errorf("within the batch: %v and %v", first[0], first[3])
	}
	for range 2 {
		again := f.record(t, events...)
		for i := range again {
			want := proto.CloneOf(first[i])
			want.RepeatedKey = true
			if diff := cmp.Diff(want, again[i], protocmp.Transform()); diff != "" {
				t.Errorf("event %d (-first +again):\n%s", i, diff)
			}
		}
	}
	if n := f.count(t, `select count(*) from attendance.punches`); n != 1 {
		t.Errorf("%d punches", n)
	}
}

// The order of the events inside a batch and of the batches makes no difference to what is judged of the day.
func TestRecordEventsOutOfOrder(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	late := f.record(t, f.said(t, e, "24T06:30", "退勤"), f.said(t, e, "23T22:00", "出勤"))
	if got := late[0].GetReply(); got.GetTemplate() != attendancev1.ReplyDirective_PUNCH_RECORDED || got.GetTimeText() != "30:30" {
		t.Errorf("退勤 of the night: %v", got)
	}
	if n := f.count(t, `select count(*) from attendance.punches where business_day = '2026-11-23'`); n != 2 {
		t.Errorf("%d punches on the day", n)
	}
}

func TestRecordEventsOfManyTenants(t *testing.T) {
	f := setup(t)
	mine := f.employee(t, "001")
	other := *f
	other.tenant = uuid.NewString()
	other.company(t, other.tenant, 31)
	theirs := other.employee(t, "001")
	foreign := f.said(t, theirs, "23T09:02", "出勤") // my tenant, their employee
	got := f.record(t, f.said(t, mine, "23T09:00", "出勤"), other.said(t, theirs, "23T09:01", "出勤"), foreign)
	if got[0].GetKind() != attendancev1.EventOutcome_RECORDED || got[1].GetKind() != attendancev1.EventOutcome_RECORDED {
		t.Errorf("outcomes %v", got)
	}
	if got[2].GetReason() != "UNLINKED" || got[2].GetEmployee() != "" {
		t.Errorf("a foreign employee: %v", got[2])
	}
}

func TestRecordEventsNeedsTheCompany(t *testing.T) {
	f := setup(t)
	event := f.said(t, "", "23T09:00", "出勤")
	event.Tenant = uuid.NewString()
	_, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{Events: []*attendancev1.ChatEvent{event}})
	if got, ok := fault.From(err); !ok || got.Reason() != "COMPANY_NOT_READY" || got.Kind() != fault.Unavailable {
		t.Errorf("error %v", err)
	}
	if _, err := f.machine.RecordEvents(t.Context(), &attendancev1.RecordEventsRequest{}); err != nil {
		t.Errorf("an empty batch: %v", err)
	}
}

// Text is stored sealed and only if it is a punch.
func TestRecordEventsKeepsNoChatter(t *testing.T) {
	f := setup(t)
	e := f.employee(t, "001")
	punch := f.record(t, f.said(t, e, "23T09:00", "秘密の話 出勤"), f.said(t, e, "23T09:10", "秘密の話 だけ"))[0].GetPunch()
	dump := `select count(*) from attendance.%s t where t::text like '%%秘密%%'`
	for _, table := range []string{"punches", "event_outcomes"} {
		if n := f.count(t, fmt.Sprintf(dump, table)); n != 0 {
			t.Errorf("%s holds the text", table)
		}
	}
	var sealed []byte
	if err := f.database.Owner(t).QueryRow(t.Context(), `select sealed_text from attendance.punches where id = $1`, punch).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	plain, err := f.keys.Open(store.TextContext(f.tenant, punch), sealed)
	if err != nil || string(plain) != "秘密の話 出勤" {
		t.Errorf("opened %q, %v", plain, err)
	}
	if bytes.Contains(sealed, []byte("秘密")) {
		t.Error("the sealed text is not sealed")
	}
}
