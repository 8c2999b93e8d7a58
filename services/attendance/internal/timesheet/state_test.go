package timesheet

import (
	"testing"

	"github.com/dakoku/dakoku/platform/fault"
)

func TestNext(t *testing.T) {
	verbs := []Verb{Submit, Withdraw, Approve, CancelApproval, SendBack}
	for _, tt := range []struct {
		state   State
		allowed string
		next    map[Verb]State
	}{
		{"", "submit", map[Verb]State{Submit: Submitted}},
		{Open, "submit", map[Verb]State{Submit: Submitted}},
		{SentBack, "submit", map[Verb]State{Submit: Submitted}},
		{Submitted, "withdraw,approve,sendBack", map[Verb]State{Withdraw: Open, Approve: Approved, SendBack: SentBack}},
		{Approved, "cancelApproval,sendBack", map[Verb]State{CancelApproval: Submitted, SendBack: SentBack}},
	} {
		for _, verb := range verbs {
			got, err := tt.state.Next(verb, "comment")
			want, ok := tt.next[verb]
			switch {
			case ok && (err != nil || got != want):
				t.Errorf("%s %s: %s, %v", tt.state, verb, got, err)
			case !ok:
				refusal(t, tt.state, verb, tt.allowed, err)
			}
		}
	}
}

func refusal(t *testing.T, state State, verb Verb, allowed string, err error) {
	t.Helper()
	f, ok := fault.From(err)
	if !ok || f.Kind() != fault.Precondition || f.Reason() != ReasonState {
		t.Fatalf("%s %s: %v", state, verb, err)
	}
	if state == "" {
		state = Open
	}
	if meta := f.Meta(); meta["state"] != string(state) || meta["allowed"] != allowed {
		t.Errorf("%s %s: metadata %v", state, verb, meta)
	}
	want := map[State]fault.Text{
		Open: {
			JA: "この勤怠は現在「未申請」のため、この操作はできません。できる操作: 申請。",
			EN: "The timesheet is “Open” now, so this cannot be done. What can be done: submit.",
		},
		Submitted: {
			JA: "この勤怠は現在「申請済み」のため、この操作はできません。できる操作: 取下げ、承認、差戻し。",
			EN: "The timesheet is “Submitted” now, so this cannot be done. What can be done: withdraw, approve, send back.",
		},
		Approved: {
			JA: "この勤怠は現在「承認済み」のため、この操作はできません。できる操作: 承認取消、差戻し。",
			EN: "The timesheet is “Approved” now, so this cannot be done. What can be done: cancel the approval, send back.",
		},
		SentBack: {
			JA: "この勤怠は現在「差戻し」のため、この操作はできません。できる操作: 申請。",
			EN: "The timesheet is “Sent back” now, so this cannot be done. What can be done: submit.",
		},
	}[state]
	if text := f.Text(); text != want {
		t.Errorf("%s %s: %+v, not %+v", state, verb, text, want)
	}
}

func TestSendBackNeedsAComment(t *testing.T) {
	for _, comment := range []string{"", " 　\n", "\u200b\u2800"} {
		_, err := Submitted.Next(SendBack, comment)
		f, ok := fault.From(err)
		if !ok || f.Kind() != fault.InvalidArgument || f.Reason() != ReasonCommentRequired || len(f.Fields()) != 1 || f.Fields()[0].Path != "comment" {
			t.Errorf("comment %q: %v", comment, err)
		}
	}
	if _, err := Open.Next(SendBack, ""); !fault.HasReason(err, ReasonState) {
		t.Errorf("the state comes first: %v", err)
	}
}

func TestLocked(t *testing.T) {
	for state, want := range map[State]bool{"": false, Open: false, Submitted: true, Approved: true, SentBack: false} {
		if state.Locked() != want {
			t.Errorf("%q locked is %t", state, !want)
		}
	}
}
