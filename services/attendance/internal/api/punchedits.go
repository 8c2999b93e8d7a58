package api

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/retention"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// CreatePunch enters a punch by hand.
func (a *Admin) CreatePunch(ctx context.Context, req *attendancev1.CreatePunchRequest) (*attendancev1.CreatePunchResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	wanted := manual{tenant: c.Tenant, actor: actor(c), now: a.store.Now()}
	if err := wanted.read("punch", req.GetPunch()); err != nil {
		return nil, err
	}
	if !reaches(c, req.GetEmployee()) {
		return nil, store.EmployeeNotFound()
	}
	add := func(near store.Near) (store.NewPunch, error) { return wanted.in(near, near.Set()) }
	punch, err := a.store.AddPunch(ctx, c.Tenant, employeeOf(req.GetEmployee()), wanted.at, req.GetValidateOnly(), add)
	if err != nil {
		return nil, err
	}
	answer := &attendancev1.CreatePunchResponse{Punch: punchMessage(punch, punch.Day)}
	unmade(req, &answer.Punch.Name)
	return answer, nil
}

// VoidPunch makes a punch count no longer.
func (a *Admin) VoidPunch(ctx context.Context, req *attendancev1.VoidPunchRequest) (*attendancev1.VoidPunchResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	reason, err := readReason(req.GetReason(), true)
	if err != nil {
		return nil, err
	}
	void := func(near store.Near, punch store.Punch) (*store.NewPunch, error) {
		if timeclock.TakenBack(near.Set(), punch.Key) {
			return nil, store.PunchVoided()
		}
		if lock, barred := timeclock.Barred(near.Set(), without(near, punch), near.Locks); barred {
			return nil, timesheetLocked(lock)
		}
		return nil, nil //nolint:nilnil // nothing takes its place
	}
	punch, _, err := a.store.VoidPunch(ctx, wish(c, req.GetPunch(), reason), nil, void)
	if err != nil {
		return nil, err
	}
	return &attendancev1.VoidPunchResponse{Punch: punchMessage(punch, punch.Day)}, nil
}

// CorrectPunch voids a punch and enters another in its place.
func (a *Admin) CorrectPunch(ctx context.Context, req *attendancev1.CorrectPunchRequest) (*attendancev1.CorrectPunchResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	reason, err := readReason(req.GetReason(), true)
	if err != nil {
		return nil, err
	}
	var at *time.Time
	if req.GetTime() != nil {
		right := millis(req.GetTime().AsTime())
		at = &right
	}
	correct := func(near store.Near, punch store.Punch) (*store.NewPunch, error) {
		if err := correctable(near, punch); err != nil {
			return nil, err
		}
		wanted := manual{tenant: c.Tenant, actor: actor(c), now: a.store.Now(), kind: punch.Kind, at: punch.Issued, reason: reason, corrects: punch.ID}
		if err := wanted.amend(req.GetKind(), at); err != nil {
			return nil, err
		}
		made, err := wanted.in(near, without(near, punch))
		return &made, err
	}
	old, made, err := a.store.VoidPunch(ctx, wish(c, req.GetPunch(), reason), at, correct)
	if err != nil {
		return nil, err
	}
	return &attendancev1.CorrectPunchResponse{Punch: punchMessage(*made, made.Day), Voided: punchMessage(old, old.Day)}, nil
}

// correctable refuses what another punch cannot take the place of: what a 取消 took back counts no longer, and a 取消 is
// no punch.
func correctable(near store.Near, punch store.Punch) error {
	switch {
	case timeclock.TakenBack(near.Set(), punch.Key):
		return store.PunchVoided()
	case punch.Kind == timeclock.Undo:
		return fault.Invalid(invalid("punch", "UNDO", "取消は打刻ではないため訂正できません。元の打刻を有効に戻すには、取消を無効にしてください。",
			"An undo is no punch and cannot be corrected. Void it to make the punch count again."))
	}
	return nil
}

// wish is what a caller wants to happen to a punch.
func wish(c rpc.Caller, punch, reason string) store.VoidWish {
	return store.VoidWish{Tenant: c.Tenant, Punch: strings.TrimPrefix(punch, "punches/"), Only: c.Only(), Actor: actor(c), Reason: reason}
}

// without is the set in which the punch counts no longer.
func without(near store.Near, punch store.Punch) []timeclock.Punch {
	set := near.Set()
	for i := range set {
		if set[i].Key == punch.Key {
			set[i].Voided = true
		}
	}
	return set
}

// manual is a punch that a person wants to enter.
type manual struct {
	tenant, actor string
	now           time.Time
	kind          timeclock.Kind
	at            time.Time
	reason        string
	corrects      string // id of the punch it takes the place of
	request       string // id of the request that it was asked for by, which is the punch's, too; empty without one
}

// entry is a message with the values of a punch that somebody wants.
type entry interface {
	GetKind() attendancev1.Punch_Kind
	GetTime() *timestamppb.Timestamp
	GetReason() string
}

// read takes the values of the message at a path and names every bad one at once.
func (m *manual) read(path string, from entry) error {
	m.kind, m.reason = timeclock.Kind(from.GetKind().String()), strings.TrimSpace(from.GetReason())
	var bad []fault.Field
	if !m.kind.Valid() {
		bad = append(bad, invalid(path+".kind", "REQUIRED", "打刻の種類を指定してください。", "Give the kind of punch."))
	}
	if from.GetTime() == nil {
		bad = append(bad, invalid(path+".time", "REQUIRED", "打刻の時刻を指定してください。", "Give the time of the punch."))
	} else {
		m.at = millis(from.GetTime().AsTime())
		bad = append(bad, m.checkTime(path+".time")...)
	}
	const longest = 1000
	switch {
	case m.reason == "" || !glyph.Any(m.reason) && !strings.ContainsFunc(m.reason, unprintable):
		bad = append(bad, invalid(path+".reason", "REASON_REQUIRED", "理由を入力してください。", "Give a reason; it stays with the record."))
	case utf8.RuneCountInString(m.reason) > longest:
		bad = append(bad, invalid(path+".reason", "TOO_LONG", "1000文字以内で入力してください。", "At most 1000 characters."))
	case strings.ContainsFunc(m.reason, unprintable):
		bad = append(bad, invalid(path+".reason", "BAD_CHARACTER", "制御文字は使用できません。", "Control characters cannot be used."))
	}
	if bad != nil {
		return fault.Invalid(bad...)
	}
	return nil
}

// amend changes the values that a correction names; it must change something.
func (m *manual) amend(kind attendancev1.Punch_Kind, at *time.Time) error {
	was := *m
	if kind != attendancev1.Punch_KIND_UNSPECIFIED {
		m.kind = timeclock.Kind(kind.String())
	}
	if at != nil {
		m.at = *at
	}
	switch bad := m.checkTime("time"); {
	case at != nil && bad != nil: // the time of a punch that is there is what it is
		return fault.Invalid(bad...)
	case !m.kind.Valid():
		return fault.Invalid(invalid("kind", "UNKNOWN_VALUE", "打刻の種類が正しくありません。", "There is no such kind of punch."))
	case m.kind == was.kind && m.at.Equal(was.at):
		return fault.Invalid(invalid("time", "NO_CHANGE", "種類または時刻を変更してください。", "Change the kind or the time."))
	}
	return nil
}

// oldest is how many years before now a punch may be entered: as long as records are usually kept. Each month with
// punches is a partition, so that no caller may make as many as there are months since the year 1.
const oldest = retention.Usual

func (m *manual) checkTime(path string) []fault.Field {
	switch {
	case m.at.After(m.now):
		return []fault.Field{invalid(path, "IN_THE_FUTURE", "未来の時刻は指定できません。", "The time is in the future.")}
	case m.at.Before(m.now.AddDate(-oldest, 0, 0)):
		return []fault.Field{invalid(path, "TOO_OLD", fmt.Sprintf("%d年より前の時刻は指定できません。%d年以内の時刻を指定してください。", oldest, oldest),
			fmt.Sprintf("The time is more than %d years ago. Use one of the last %d years.", oldest, oldest))}
	}
	return nil
}

// in makes the punch among those that count with it, unless it would change a locked day.
func (m *manual) in(near store.Near, among []timeclock.Punch) (store.NewPunch, error) {
	id, source := m.request, store.SourceRequest
	if id == "" {
		made, err := uuid.NewV7()
		if err != nil {
			return store.NewPunch{}, err
		}
		id, source = made.String(), store.SourceManual
	}
	punch := timeclock.Punch{Key: id, Kind: m.kind, Issued: m.at, Rules: near.Calendar.Rules, Hand: true}
	set := append(among, punch)
	if lock, barred := timeclock.Barred(near.Set(), set, near.Locks); barred {
		return store.NewPunch{}, timesheetLocked(lock)
	}
	return store.NewPunch{Tenant: m.tenant, Punch: store.Punch{
		Punch: punch, ID: id, Employee: near.Employee.ID, Received: m.now, Day: timeclock.DayOf(set, punch.Key),
		Source: source, Actor: m.actor, Reason: m.reason, Corrects: m.corrects,
	}}, nil
}

// annotate adds who entered or voided a punch, and why.
func annotate(message *attendancev1.Punch, p store.Punch) {
	message.Actor, message.Reason = p.Actor, p.Reason
	if p.Corrects != "" {
		message.Corrects = "punches/" + p.Corrects
	}
	if p.UndoneBy != "" {
		message.UndoneBy = "punches/" + p.UndoneBy
	}
	if p.Voided {
		message.VoidActor, message.VoidReason, message.VoidTime = p.Void.Actor, p.Void.Reason, timestamppb.New(p.Void.At)
	}
}
