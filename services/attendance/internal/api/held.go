package api

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// ListHeldPunches lists held punches, newest first; to an employee his or her own.
func (a *Admin) ListHeldPunches(ctx context.Context, req *attendancev1.ListHeldPunchesRequest) (*attendancev1.ListHeldPunchesResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	read := func(f store.DecisionFilter) ([]store.HeldPunch, error) {
		return a.store.ListHeldPunches(ctx, c.Tenant, f)
	}
	place := func(h store.HeldPunch) (time.Time, string) { return h.Issued, h.ID }
	held, next, err := listDecisions(c, "heldPunches", req, stated(req.GetState()), read, place)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListHeldPunchesResponse{NextPageToken: next}
	for _, h := range held {
		res.HeldPunches = append(res.HeldPunches, heldMessage(h))
	}
	return res, nil
}

// ApplyHeldPunch makes a held punch a punch at its own time.
func (a *Admin) ApplyHeldPunch(ctx context.Context, req *attendancev1.ApplyHeldPunchRequest) (*attendancev1.ApplyHeldPunchResponse, error) {
	apply := func(near store.Near, held store.HeldPunch) (*timeclock.Date, error) {
		set := near.Set()
		with := append(near.Set(), held.Punch.Punch)
		if lock, barred := timeclock.Barred(set, with, near.Locks); barred {
			return nil, timesheetLocked(lock)
		}
		day := timeclock.DayOf(with, held.Key)
		return &day, nil
	}
	held, err := a.decide(ctx, req.GetHeldPunch(), req.GetReason(), false, apply)
	if err != nil {
		return nil, err
	}
	return &attendancev1.ApplyHeldPunchResponse{HeldPunch: held}, nil
}

// DiscardHeldPunch decides that a held punch will not become one.
func (a *Admin) DiscardHeldPunch(ctx context.Context, req *attendancev1.DiscardHeldPunchRequest) (*attendancev1.DiscardHeldPunchResponse, error) {
	discard := func(store.Near, store.HeldPunch) (*timeclock.Date, error) { return nil, nil } //nolint:nilnil // no day: discarded
	held, err := a.decide(ctx, req.GetHeldPunch(), req.GetReason(), true, discard)
	if err != nil {
		return nil, err
	}
	return &attendancev1.DiscardHeldPunchResponse{HeldPunch: held}, nil
}

func (a *Admin) decide(ctx context.Context, id, reason string, required bool,
	decide func(store.Near, store.HeldPunch) (*timeclock.Date, error),
) (*attendancev1.HeldPunch, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if reason, err = readReason(reason, required); err != nil {
		return nil, err
	}
	held, err := a.store.DecideHeldPunch(ctx, c.Tenant, strings.TrimPrefix(id, "heldPunches/"), actor(c), reason, decide)
	if err != nil {
		return nil, err
	}
	return heldMessage(held), nil
}

// readReason reads why somebody changes a record. One that nobody can see is none.
func readReason(text string, required bool) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case strings.ContainsFunc(text, unprintable):
		return "", fault.Invalid(invalid("reason", "BAD_CHARACTER", "制御文字は使用できません。", "Control characters cannot be used."))
	case !glyph.Any(text) && required:
		field := invalid("reason", "REASON_REQUIRED", "理由を入力してください。", "Give a reason; it stays with the record.")
		return "", fault.New(fault.InvalidArgument, "REASON_REQUIRED", field.Text).WithFields(field)
	case !glyph.Any(text):
		return "", nil
	}
	return text, nil
}

// timesheetLocked is the fault of a change to a submitted or approved period.
func timesheetLocked(lock timeclock.Lock) error {
	period, state := periodText(lock.Period), timesheet.State(lock.State).Label()
	return fault.New(fault.Precondition, "TIMESHEET_SUBMITTED", fault.Text{
		JA: period.JA + "の勤怠は「" + state.JA + "」のため変更できません。差戻しをしてからやり直してください。",
		EN: "The timesheet of " + period.EN + " is “" + state.EN + "”, so nothing in it changes. Have it sent back first.",
	}).With("state", lock.State).With("period", lock.Period.String())
}

func heldMessage(h store.HeldPunch) *attendancev1.HeldPunch {
	message := &attendancev1.HeldPunch{
		Name: "heldPunches/" + h.ID, Employee: "employees/" + h.Employee, Kind: kindMessage(h.Kind), Time: timestamppb.New(h.Issued),
		BusinessDay: h.Day.String(), Period: h.Period, Phrase: h.Phrase, ReceiveTime: timestamppb.New(h.Received),
		State: attendancev1.HeldPunch_State(attendancev1.HeldPunch_State_value[h.State]), Actor: h.Actor, Reason: h.Reason,
		TimeZone: h.Rules.Zone.String(), TriggerWord: h.Trigger, Connection: "connections/" + h.Connection, SettingsVersion: h.SettingsVersion,
	}
	if h.State != store.HeldPending {
		message.DecideTime = timestamppb.New(h.Decided)
	}
	return message
}
