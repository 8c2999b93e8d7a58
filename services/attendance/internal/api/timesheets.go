package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// GetTimesheet folds one employee's period.
func (a *Admin) GetTimesheet(ctx context.Context, req *attendancev1.GetTimesheetRequest) (*attendancev1.GetTimesheetResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	period, err := readPeriod(req.GetPeriod())
	if err != nil {
		return nil, err
	}
	rounding, err := readRounding(req.GetRounding())
	if err != nil {
		return nil, err
	}
	if !reaches(c, req.GetEmployee()) {
		return nil, store.EmployeeNotFound()
	}
	sheet, err := a.store.GetTimesheet(ctx, c.Tenant, employeeOf(req.GetEmployee()), period)
	if err != nil {
		return nil, err
	}
	return &attendancev1.GetTimesheetResponse{Timesheet: round(ctx, timesheetMessage(sheet), sheet, rounding)}, nil
}

// SubmitTimesheet hands a period in.
func (a *Admin) SubmitTimesheet(ctx context.Context, req *attendancev1.SubmitTimesheetRequest) (*attendancev1.SubmitTimesheetResponse, error) {
	sheet, err := a.move(ctx, req.GetEmployee(), req.GetPeriod(), timesheet.Submit, req.GetComment(), begun)
	if err != nil {
		return nil, err
	}
	return &attendancev1.SubmitTimesheetResponse{Timesheet: sheet}, nil
}

// WithdrawTimesheet takes a submitted period back.
func (a *Admin) WithdrawTimesheet(ctx context.Context, req *attendancev1.WithdrawTimesheetRequest) (*attendancev1.WithdrawTimesheetResponse, error) {
	sheet, err := a.move(ctx, req.GetEmployee(), req.GetPeriod(), timesheet.Withdraw, req.GetComment(), always)
	if err != nil {
		return nil, err
	}
	return &attendancev1.WithdrawTimesheetResponse{Timesheet: sheet}, nil
}

// ApproveTimesheet approves a submitted period.
func (a *Admin) ApproveTimesheet(ctx context.Context, req *attendancev1.ApproveTimesheetRequest) (*attendancev1.ApproveTimesheetResponse, error) {
	sheet, err := a.move(ctx, req.GetEmployee(), req.GetPeriod(), timesheet.Approve, req.GetComment(), approvable(req.GetAcknowledgeHeldPunches()))
	if err != nil {
		return nil, err
	}
	return &attendancev1.ApproveTimesheetResponse{Timesheet: sheet}, nil
}

// CancelTimesheetApproval makes an approved period a submitted one again.
func (a *Admin) CancelTimesheetApproval(ctx context.Context, req *attendancev1.CancelTimesheetApprovalRequest) (*attendancev1.CancelTimesheetApprovalResponse, error) {
	sheet, err := a.move(ctx, req.GetEmployee(), req.GetPeriod(), timesheet.CancelApproval, req.GetComment(), always)
	if err != nil {
		return nil, err
	}
	return &attendancev1.CancelTimesheetApprovalResponse{Timesheet: sheet}, nil
}

// SendBackTimesheet opens a submitted or approved period again.
func (a *Admin) SendBackTimesheet(ctx context.Context, req *attendancev1.SendBackTimesheetRequest) (*attendancev1.SendBackTimesheetResponse, error) {
	sheet, err := a.move(ctx, req.GetEmployee(), req.GetPeriod(), timesheet.SendBack, req.GetComment(), always)
	if err != nil {
		return nil, err
	}
	return &attendancev1.SendBackTimesheetResponse{Timesheet: sheet}, nil
}

// move takes a timesheet by a verb to the next state, if that may be.
func (a *Admin) move(ctx context.Context, employee, period string, verb timesheet.Verb, comment string, may condition) (*attendancev1.Timesheet, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	p, err := readPeriod(period)
	if err != nil {
		return nil, err
	}
	if comment, err = readComment(comment); err != nil {
		return nil, err
	}
	if !reaches(c, employee) {
		return nil, store.EmployeeNotFound()
	}
	step := store.Transition{Verb: verb, Actor: actor(c), Comment: comment}
	next := func(s store.Timesheet) (timesheet.State, error) {
		state, err := s.State.Next(verb, comment)
		return state, cmp.Or(err, may(c, s, a.store.Now()))
	}
	sheet, err := a.store.MoveTimesheet(ctx, c.Tenant, employeeOf(employee), p, step, next)
	if err != nil {
		return nil, err
	}
	return timesheetMessage(sheet), nil
}

// condition is what a verb asks for beside a state that allows it.
type condition func(c rpc.Caller, s store.Timesheet, now time.Time) error

func always(rpc.Caller, store.Timesheet, time.Time) error { return nil }

// begun is what submitting asks for.
func begun(_ rpc.Caller, s store.Timesheet, now time.Time) error {
	if s.First.Compare(s.Calendar.Day(now)) > 0 {
		return notBegun(s)
	}
	return nil
}

// approvable is what approving asks for: another person than whose month it is, or an administrator, who alone may
// change the organization; and no held punch that waits, unless they are acknowledged.
func approvable(acknowledged bool) condition {
	return func(c rpc.Caller, s store.Timesheet, _ time.Time) error {
		switch {
		case c.Employee == s.Employee.ID && !c.May("organization.write"):
			return ownTimesheet(s)
		case s.Waiting > 0 && !acknowledged:
			return heldWaiting(s)
		}
		return nil
	}
}

func ownTimesheet(s store.Timesheet) error {
	return fault.New(fault.Precondition, "OWN_TIMESHEET", fault.Text{
		JA: "ご自身の勤怠は承認できません。ほかのマネージャーまたは管理者に承認を依頼してください。",
		EN: "Nobody approves a timesheet of his or her own. Ask another manager or an administrator to approve it.",
	}).With("period", s.Period.String())
}

func heldWaiting(s store.Timesheet) error {
	n, period := strconv.Itoa(s.Waiting), periodText(s.Period)
	var heldFor, ja, en []string
	for _, p := range s.HeldFor {
		text := periodText(p)
		heldFor, ja, en = append(heldFor, p.String()), append(ja, text.JA), append(en, text.EN)
	}
	var other fault.Text
	if !slices.Equal(s.HeldFor, []timeclock.Period{s.Period}) {
		other = fault.Text{
			JA: "この打刻は" + strings.Join(ja, "、") + "の申請により保留されたため、その月も差戻しが必要です。",
			EN: " They are held for " + strings.Join(en, ", ") + ", which has to be sent back, too.",
		}
	}
	return fault.New(fault.Precondition, "HELD_PUNCHES_WAITING", fault.Text{
		JA: period.JA + "には保留中の打刻が" + n + "件あります。" + other.JA + "差戻しをして反映または破棄してから承認するか、保留のまま承認する場合は acknowledgeHeldPunches を true にしてください。",
		EN: "Held punches of " + period.EN + " wait for a decision: " + n + "." + other.EN + " Send the timesheet back and apply or discard them first, or approve it as it is with acknowledgeHeldPunches as true.",
	}).With("period", s.Period.String()).With("count", n).With("heldFor", strings.Join(heldFor, ", "))
}

// notBegun is the fault of handing in days that nobody has worked yet; their period may still change.
func notBegun(s store.Timesheet) error {
	period, first := periodText(s.Period), dateText(s.First)
	return fault.New(fault.Precondition, "TIMESHEET_NOT_BEGUN", fault.Text{
		JA: period.JA + "の勤怠は" + first.JA + "から申請できます。",
		EN: "The timesheet of " + period.EN + " can be submitted from " + first.EN + " on.",
	}).With("period", s.Period.String()).With("firstDay", s.First.String())
}

// periodText is a period as people write it.
func periodText(p timeclock.Period) fault.Text {
	first := timeclock.NewDate(p.Year, p.Month, 1).Time()
	return fault.Text{JA: first.Format("2006年1月"), EN: first.Format("January 2006")}
}

// dateText is a day as people write it.
func dateText(d timeclock.Date) fault.Text {
	return fault.Text{JA: d.Time().Format("2006年1月2日"), EN: d.Time().Format("2 January 2006")}
}

func readComment(text string) (string, error) {
	if text = strings.TrimSpace(text); strings.ContainsFunc(text, unprintable) {
		return "", fault.Invalid(invalid("comment", "BAD_CHARACTER", "制御文字は使用できません。", "Control characters cannot be used."))
	}
	return text, nil
}

// unprintable runes have no place in a comment; line ends and tabs have.
func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
