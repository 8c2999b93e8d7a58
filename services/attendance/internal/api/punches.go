package api

import (
	"cmp"
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// ListPunches lists punches, newest first.
func (a *Admin) ListPunches(ctx context.Context, req *attendancev1.ListPunchesRequest) (*attendancev1.ListPunchesResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	filter, err := readFilter(req)
	if err != nil {
		return nil, err
	}
	if filter.Employee != "" && !c.Reaches(filter.Employee) {
		return nil, store.EmployeeNotFound()
	}
	filter.Employee = cmp.Or(c.Only(), filter.Employee)
	list := page.Of("punches", filter.Employee, filter.Kind, filter.Source, req.GetStartDay(), req.GetEndDay())
	if err := goOn(&filter, req.GetPageToken(), list); err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	filter.Limit = size + 1
	punches, around, err := a.store.ListPunches(ctx, c.Tenant, filter)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListPunchesResponse{}
	if len(punches) > size {
		punches = punches[:size]
		last := punches[size-1]
		res.NextPageToken, err = list.Token(last.Day.String(), last.Issued.Format(time.RFC3339Nano), last.ID)
	}
	folded := foldedAround(around)
	for _, p := range punches {
		if now, day := folded(p); filter.Has(day) {
			res.Punches = append(res.Punches, punchMessage(now, day))
		}
	}
	return res, err
}

// foldedAround gives each punch as the punches around those of each employee have left it, with its day in the timesheet.
func foldedAround(around map[string][]store.Punch) func(store.Punch) (store.Punch, timeclock.Date) {
	dated, stored := map[string]timeclock.DatedPunch{}, map[string]store.Punch{} // no two punches have the same key
	for _, all := range around {
		set := make([]timeclock.Punch, 0, len(all))
		for _, p := range all {
			set, stored[p.Key] = append(set, p.Punch), p
		}
		for _, p := range timeclock.Assign(set) {
			dated[p.Key] = p
		}
	}
	return func(p store.Punch) (store.Punch, timeclock.Date) {
		of := dated[p.Key]
		if of.UndoneBy != "" {
			p = p.TakenBack(stored[of.UndoneBy])
		}
		return p, of.Day
	}
}

func readFilter(req *attendancev1.ListPunchesRequest) (store.PunchFilter, error) {
	var f store.PunchFilter
	var bad []fault.Field
	if req.GetEmployee() != "" {
		if f.Employee = employeeID(req.GetEmployee()); f.Employee == "" {
			bad = append(bad, invalid("employee", "BAD_ID", "従業員の指定が正しくありません。", "This is not the id of an employee."))
		}
	}
	day := func(path, text string) (d timeclock.Date) {
		if text == "" {
			return d
		}
		d, err := timeclock.ParseDate(text)
		if err != nil {
			bad = append(bad, invalid(path, "BAD_DAY", "YYYY-MM-DD で指定してください。", "Use YYYY-MM-DD."))
		}
		return d
	}
	f.First, f.Last = day("startDay", req.GetStartDay()), day("endDay", req.GetEndDay())
	if kind := req.GetKind(); kind != attendancev1.Punch_KIND_UNSPECIFIED {
		f.Kind = kind.String()
	}
	if source := req.GetSource(); source != attendancev1.Punch_SOURCE_UNSPECIFIED {
		f.Source = source.String()
	}
	if bad != nil {
		return f, fault.Invalid(bad...)
	}
	return f, nil
}

func goOn(f *store.PunchFilter, token string, list page.List) error {
	at, err := list.Read(token, 3)
	if err != nil || at == nil {
		return err
	}
	if f.BeforeDay, err = timeclock.ParseDate(at[0]); err != nil {
		return page.Invalid()
	}
	if f.BeforeTime, err = page.Moment(at[1]); err != nil {
		return err
	}
	f.BeforeID, err = page.ID(at[2])
	return err
}

// punchMessage shows a punch on a business day: that of the fold, which after a change is not looked up again.
func punchMessage(p store.Punch, day timeclock.Date) *attendancev1.Punch {
	state := attendancev1.Punch_VALID
	if p.Voided {
		state = attendancev1.Punch_VOIDED
	}
	connection := ""
	if p.Connection != "" {
		connection = "connections/" + p.Connection
	}
	message := &attendancev1.Punch{
		Name: "punches/" + p.ID, Employee: "employees/" + p.Employee, Kind: kindMessage(p.Kind),
		Time: timestamppb.New(p.Issued), BusinessDay: day.String(),
		Source: attendancev1.Punch_Source(attendancev1.Punch_Source_value[p.Source]), State: state,
		Phrase: p.Phrase, TriggerWord: p.Trigger, Connection: connection,
		ReceiveTime: timestamppb.New(p.Received), TimeZone: p.Rules.Zone.String(), RecordedDay: p.Day.String(),
		ReceivedLate: p.Late,
	}
	if p.Source == store.SourceChat {
		message.SettingsVersion = &p.SettingsVersion
	}
	annotate(message, p)
	return message
}
