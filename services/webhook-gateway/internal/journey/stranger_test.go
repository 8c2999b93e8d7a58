package journey

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

func nobody(*integrationv1.Sender) (*integrationv1.ResolvedSender, error) {
	return &integrationv1.ResolvedSender{State: integrationv1.ResolvedSender_UNLINKED}, nil
}

// byText judges each event by its text: "ok" is recorded, a reason in capitals
// refuses, and the same in brackets ignores.
func byText(e *attendancev1.ChatEvent) (*attendancev1.EventOutcome, error) {
	text := e.GetText().GetText()
	if text == "ok" {
		return recorded(e), nil
	}
	out := &attendancev1.EventOutcome{EventKey: e.GetEventKey(), Kind: attendancev1.EventOutcome_REFUSED, Reason: text}
	if text[0] == '(' {
		out.Kind, out.Reason = attendancev1.EventOutcome_IGNORED, text[1:len(text)-1]
	}
	if text == "UNLINKED" {
		out.Reply = &attendancev1.ReplyDirective{Template: attendancev1.ReplyDirective_UNLINKED}
	}
	return out, nil
}

func saying(user, text string) inbox.Row {
	return row(user, func(r *inbox.Row) { r.Event.Text = text })
}

// Only somebody whose punch was refused because nobody is linked is listed,
// before the answer says so. Whoever merely chats is not, however few know them,
// and then nobody is called.
func TestOnlyWhoTriedToPunchIsListed(t *testing.T) {
	w := world{resolve: nobody, judge: byText}
	w.journey().Handle(t.Context(), []inbox.Row{saying("a", "(NO_PHRASE)"), saying("b", "(NO_TRIGGER)"), saying("c", "TOKEN_REVOKED"),
		saying("d", "CONNECTION_INACTIVE"), saying("e", "(UNLINKED)"), saying("f", "SUBMITTED"), saying("g", "ok")})
	if diff := cmp.Diff([]string{"link", "punch", "reply"}, w.calls); diff != "" || w.listed != nil {
		t.Errorf("%s%v", diff, w.listed)
	}
	w = world{resolve: nobody, judge: byText}
	got := w.journey().Handle(t.Context(), []inbox.Row{saying("a", "(NO_PHRASE)"), saying("b", "UNLINKED"), saying("c", "ok"), saying("d", "UNLINKED")})
	if diff := cmp.Diff([]string{"link", "punch", "list", "reply"}, w.calls); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"b", "d"}, w.listed); diff != "" || got[1].Verdict.Reason != "UNLINKED" || len(w.sent) != 3 {
		t.Errorf("%s%v, %d answers", diff, got, len(w.sent))
	}
}

// Nobody is told to ask an administrator who would not find them: the event waits
// while the list cannot be written. One that can never be listed is answered all
// the same.
func TestAnEventWaitsForTheList(t *testing.T) {
	trouble := away503()
	w := world{resolve: nobody, judge: byText, list: func(*integrationv1.Sender) error { return trouble }}
	got := w.journey().Handle(t.Context(), []inbox.Row{saying("a", "UNLINKED"), saying("b", "ok")})
	if !got[0].Later || got[1].Later || len(w.sent) != 1 {
		t.Errorf("%+v, %d answers", got, len(w.sent))
	}
	trouble = fault.Invalid(fault.Field{Path: "senders[0]"})
	if got = w.journey().Handle(t.Context(), []inbox.Row{saying("a", "UNLINKED")}); got[0].Later || got[0].Wait != time.Duration(0) || len(w.sent) != 2 {
		t.Errorf("%+v, %d answers", got, len(w.sent))
	}
}
