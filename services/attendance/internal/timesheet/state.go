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

func notAllowed(s State) error {
	allowed, labels := make([]string, 0, 3), make([]string, 0, 3)
	for _, verb := range s.Allowed() {
		allowed, labels = append(allowed, string(verb)), append(labels, verb.Label())
	}
	return fault.New(fault.Precondition, ReasonState, fault.Text{
		JA: "この勤怠は「" + s.Label() + "」のため、この操作はできません。できる操作: " + strings.Join(labels, "、") + "。",
		EN: "The timesheet is " + string(s) + "; it takes: " + strings.Join(allowed, ", ") + ".",
	}).With("state", string(s)).With("allowed", strings.Join(allowed, ","))
}

// Label is what people call the state in Japanese.
func (s State) Label() string {
	switch s {
	case Submitted:
		return "申請済み"
	case Approved:
		return "承認済み"
	case SentBack:
		return "差戻し"
	default:
		return "未申請"
	}
}

// Label is what people call the verb in Japanese.
func (v Verb) Label() string {
	switch v {
	case Withdraw:
		return "取下げ"
	case Approve:
		return "承認"
	case CancelApproval:
		return "承認取消"
	case SendBack:
		return "差戻し"
	default:
		return "申請"
	}
}

func commentRequired() error {
	text := fault.Text{JA: "差戻しにはコメントが必要です。", EN: "Sending back needs a comment."}
	return fault.New(fault.InvalidArgument, ReasonCommentRequired, text).
		WithFields(fault.Field{Path: "comment", Reason: ReasonCommentRequired, Text: text})
}
