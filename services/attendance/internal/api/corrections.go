package api

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// CreateCorrectionRequest asks for a punch that was forgotten or is wrong.
func (a *Admin) CreateCorrectionRequest(ctx context.Context, req *attendancev1.CreateCorrectionRequestRequest) (*attendancev1.CreateCorrectionRequestResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	wish := req.GetCorrectionRequest()
	wanted := manual{tenant: c.Tenant, actor: actor(c), now: a.store.Now(), corrects: punchID(wish.GetCorrects())}
	if err := wanted.read("correctionRequest", wish); err != nil {
		return nil, err
	}
	employee := whose(c, wish.GetEmployee())
	if !reaches(c, employee) {
		return nil, store.EmployeeNotFound()
	}
	asked, err := a.store.AskCorrection(ctx, c.Tenant, employeeOf(employee), wanted.at, wanted.corrects, req.GetValidateOnly(), wanted.ask)
	if err != nil {
		return nil, err
	}
	answer := &attendancev1.CreateCorrectionRequestResponse{CorrectionRequest: correctionMessage(asked)}
	unmade(req, &answer.CorrectionRequest.Name)
	return answer, nil
}

// whose is the employee that a request names. Who may only ask for himself or herself need not say so.
func whose(c rpc.Caller, employee string) string {
	if employee == "" {
		return c.Only()
	}
	return employee
}

// ask makes the request for the punch, unless it would change a locked day: what cannot be approved is not asked for.
func (m manual) ask(near store.Near, old *store.Punch) (store.Correction, error) {
	made, err := m.instead(near, old)
	if err != nil {
		return store.Correction{}, err
	}
	return store.Correction{
		ID: made.ID, Employee: made.Employee, Kind: m.kind, Wanted: m.at, Day: made.Day, Period: near.Calendar.Period(made.Day).String(),
		Zone: near.Calendar.Zone.String(), Corrects: m.corrects, Reason: m.reason, Actor: m.actor, Requested: m.now,
	}, nil
}

// instead makes the punch among those that count without the old one, if there is one.
func (m manual) instead(near store.Near, old *store.Punch) (store.NewPunch, error) {
	among := near.Set()
	if old != nil {
		if err := correctable(near, *old); err != nil {
			return store.NewPunch{}, err
		}
		m.corrects, among = old.ID, without(near, *old)
	}
	return m.in(near, among)
}

// ListCorrectionRequests lists requests, newest first.
func (a *Admin) ListCorrectionRequests(ctx context.Context, req *attendancev1.ListCorrectionRequestsRequest) (*attendancev1.ListCorrectionRequestsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	read := func(f store.DecisionFilter) ([]store.Correction, error) {
		return a.store.ListCorrections(ctx, c.Tenant, f)
	}
	place := func(one store.Correction) (time.Time, string) { return one.Requested, one.ID }
	found, next, err := listDecisions(c, "correctionRequests", req, stated(req.GetState()), read, place)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListCorrectionRequestsResponse{NextPageToken: next}
	for _, one := range found {
		res.CorrectionRequests = append(res.CorrectionRequests, correctionMessage(one))
	}
	return res, nil
}

// GetCorrectionRequest reads one request.
func (a *Admin) GetCorrectionRequest(ctx context.Context, req *attendancev1.GetCorrectionRequestRequest) (*attendancev1.GetCorrectionRequestResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	found, err := a.store.GetCorrection(ctx, c.Tenant, correctionID(req.GetCorrectionRequest()), c.Only())
	if err != nil {
		return nil, err
	}
	return &attendancev1.GetCorrectionRequestResponse{CorrectionRequest: correctionMessage(found)}, nil
}

func correctionID(name string) string { return strings.TrimPrefix(name, "correctionRequests/") }

func correctionMessage(c store.Correction) *attendancev1.CorrectionRequest {
	message := &attendancev1.CorrectionRequest{
		Name: "correctionRequests/" + c.ID, Employee: "employees/" + c.Employee, Kind: kindMessage(c.Kind), Time: timestamppb.New(c.Wanted),
		Reason: c.Reason, BusinessDay: c.Day.String(), Period: c.Period, Source: attendancev1.Punch_CHAT, TimeZone: c.Zone,
		State: attendancev1.CorrectionRequest_State(attendancev1.CorrectionRequest_State_value[c.State]), CreateTime: timestamppb.New(c.Requested),
		Actor: c.Actor, Decider: c.Decider, Comment: c.Comment,
	}
	if c.Event == "" {
		message.Source = attendancev1.Punch_MANUAL
	}
	if c.Corrects != "" {
		message.Corrects = "punches/" + c.Corrects
	}
	if old := c.Replaced; old != nil {
		message.Replaced = &attendancev1.CorrectionRequest_Replaced{Kind: kindMessage(old.Kind), Time: timestamppb.New(old.Issued)}
	}
	if c.State != store.CorrectionRequested {
		message.DecideTime = timestamppb.New(c.Decided)
	}
	if c.State == store.CorrectionApproved {
		message.Punch = "punches/" + c.ID
	}
	return message
}

func punchID(name string) string { return rpc.IDOf(name, "punches/") }
