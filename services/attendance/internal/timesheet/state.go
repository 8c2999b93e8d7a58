package timesheet

import (
	"slices"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
)

// State is where a timesheet stands, spelled as in the public contract. The empty state is Open.
type State string

// The states.
const (
	Open      State = "OPEN"      // 未申請
	Submitted State = "SUBMITTED" // 申請済み
	Approved  State = "APPROVED"  // 承認済み
	SentBack  State = "SENT_BACK" // 差戻し: open again, with a comment
)

// Verb is what a person does with a timesheet.
type Verb string

// The verbs.
const (
	Submit         Verb = "submit"         // 申請
	Withdraw       Verb = "withdraw"       // 取下げ
	Approve        Verb = "approve"        // 承認
	CancelApproval Verb = "cancelApproval" // 承認取消
	SendBack       Verb = "sendBack"       // 差戻し
)

// The reasons of the faults of this package.
const (
	ReasonState           = "TIMESHEET_STATE"
	ReasonCommentRequired = "COMMENT_REQUIRED"
)

// Locked reports whether nothing in the period may change.
func (s State) Locked() bool { return s == Submitted || s == Approved }

// Allowed lists the verbs of a state in a fixed order; the slice is the caller's to keep.
func (s State) Allowed() []Verb {
	switch s {
	case "", Open, SentBack:
		return []Verb{Submit}
	case Submitted:
		return []Verb{Withdraw, Approve, SendBack}
	case Approved:
		return []Verb{CancelApproval, SendBack}
	}
	return nil
}

// Next is the state after a verb. A verb that the state does not allow is a Precondition fault TIMESHEET_STATE
// with the state and the allowed verbs; sending back without a comment is COMMENT_REQUIRED.
func (s State) Next(verb Verb, comment string) (State, error) {
	if s == "" {
		s = Open
	}
	if !slices.Contains(s.Allowed(), verb) {
		return s, notAllowed(s)
	}
	if verb == SendBack && !glyph.Any(comment) {
		return s, commentRequired()
	}
	return verb.result(), nil
}

// result is the state that an allowed verb leads to.
func (v Verb) result() State {
	switch v {
	case Withdraw:
		return Open
	case Approve:
		return Approved
	case SendBack:
		return SentBack
	default:
		return Submitted
	}
}

// notAllowed says in the words of the screens where the timesheet stands and what leads on from there.
func notAllowed(s State) error {
	var allowed []string
	var ways fault.Text
	for i, verb := range s.Allowed() {
		label := verb.Label()
		if i > 0 {
			ways.JA, ways.EN = ways.JA+"、", ways.EN+", "
		}
		allowed, ways = append(allowed, string(verb)), fault.Text{JA: ways.JA + label.JA, EN: ways.EN + label.EN}
	}
	state := s.Label()
	return fault.New(fault.Precondition, ReasonState, fault.Text{
		JA: "この勤怠は現在「" + state.JA + "」のため、この操作はできません。できる操作: " + ways.JA + "。",
		EN: "The timesheet is “" + state.EN + "” now, so this cannot be done. What can be done: " + ways.EN + ".",
	}).With("state", string(s)).With("allowed", strings.Join(allowed, ","))
}

// Label is what people call the state.
func (s State) Label() fault.Text {
	switch s {
	case Submitted:
		return fault.Text{JA: "申請済み", EN: "Submitted"}
	case Approved:
		return fault.Text{JA: "承認済み", EN: "Approved"}
	case SentBack:
		return fault.Text{JA: "差戻し", EN: "Sent back"}
	default:
		return fault.Text{JA: "未申請", EN: "Open"}
	}
}

// Label is what people call the verb.
func (v Verb) Label() fault.Text {
	switch v {
	case Withdraw:
		return fault.Text{JA: "取下げ", EN: "withdraw"}
	case Approve:
		return fault.Text{JA: "承認", EN: "approve"}
	case CancelApproval:
		return fault.Text{JA: "承認取消", EN: "cancel the approval"}
	case SendBack:
		return fault.Text{JA: "差戻し", EN: "send back"}
	default:
		return fault.Text{JA: "申請", EN: "submit"}
	}
}

func commentRequired() error {
	text := fault.Text{JA: "差戻しにはコメントが必要です。", EN: "Sending back needs a comment."}
	return fault.New(fault.InvalidArgument, ReasonCommentRequired, text).
		WithFields(fault.Field{Path: "comment", Reason: ReasonCommentRequired, Text: text})
}
