package api

import (
	"context"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// longestReason is how many characters a reason has at most.
const longestReason = 1000

// CreateLegalHold keeps an employee's or the company's records.
func (a *Admin) CreateLegalHold(ctx context.Context, req *attendancev1.CreateLegalHoldRequest) (*attendancev1.CreateLegalHoldResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	reason, err := readReason(req.GetLegalHold().GetReason(), true)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(reason) > longestReason {
		return nil, fault.Invalid(invalid("legalHold.reason", "TOO_LONG", "1000文字以内で入力してください。", "At most 1000 characters."))
	}
	hold := store.LegalHold{Employee: employeeOf(req.GetLegalHold().GetEmployee()), Reason: reason, Actor: actor(c)}
	if hold, err = a.store.PlaceHold(ctx, c.Tenant, hold, req.GetValidateOnly()); err != nil {
		return nil, err
	}
	answer := &attendancev1.CreateLegalHoldResponse{LegalHold: holdMessage(hold)}
	unmade(req, &answer.LegalHold.Name)
	return answer, nil
}

// ListLegalHolds lists holds, newest first.
func (a *Admin) ListLegalHolds(ctx context.Context, req *attendancev1.ListLegalHoldsRequest) (*attendancev1.ListLegalHoldsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("legalHolds"), page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	before := ""
	if at != nil {
		if before, err = page.ID(at[0]); err != nil {
			return nil, err
		}
	}
	holds, err := a.store.ListHolds(ctx, c.Tenant, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListLegalHoldsResponse{}
	if len(holds) > size {
		holds = holds[:size]
		res.NextPageToken, err = list.Token(holds[size-1].ID)
	}
	for _, h := range holds {
		res.LegalHolds = append(res.LegalHolds, holdMessage(h))
	}
	return res, err
}

// ReleaseLegalHold ends a hold.
func (a *Admin) ReleaseLegalHold(ctx context.Context, req *attendancev1.ReleaseLegalHoldRequest) (*attendancev1.ReleaseLegalHoldResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	reason, err := readReason(req.GetReason(), true)
	if err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(req.GetLegalHold(), "legalHolds/")
	hold, err := a.store.ReleaseHold(ctx, c.Tenant, id, store.Release{Reason: reason, Actor: actor(c)})
	if err != nil {
		return nil, err
	}
	return &attendancev1.ReleaseLegalHoldResponse{LegalHold: holdMessage(hold)}, nil
}

func holdMessage(h store.LegalHold) *attendancev1.LegalHold {
	message := &attendancev1.LegalHold{
		Name: "legalHolds/" + h.ID, Reason: h.Reason, Actor: h.Actor, CreateTime: timestamppb.New(h.Placed), State: attendancev1.LegalHold_IN_FORCE,
	}
	if h.Employee != "" {
		message.Employee = "employees/" + h.Employee
	}
	if r := h.Release; r != nil {
		message.State, message.ReleaseTime, message.Releaser, message.ReleaseReason = attendancev1.LegalHold_RELEASED, timestamppb.New(r.At), r.Actor, r.Reason
	}
	return message
}
