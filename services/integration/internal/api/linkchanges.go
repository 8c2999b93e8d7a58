package api

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// ListAccountLinkChanges lists how an employee's link changed.
func (l *Links) ListAccountLinkChanges(ctx context.Context, req *integrationv1.ListAccountLinkChangesRequest) (*integrationv1.ListAccountLinkChangesResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	employee := canonical(req.GetEmployee())
	list, size := page.Of("accountLinkChanges", employee), page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	var before int64
	if at != nil {
		if before, err = page.Number(at[0]); err != nil {
			return nil, err
		}
	}
	reached, err := reachOf(ctx, l.staff, org)
	if err != nil {
		return nil, err
	}
	if !reached.has(employee) { // like somebody with whom nothing has happened
		return &integrationv1.ListAccountLinkChangesResponse{}, nil
	}
	found, err := l.store.LinkChanges(ctx, org, employee, before, size+1)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListAccountLinkChangesResponse{}
	for _, c := range found[:min(size, len(found))] {
		out.Changes = append(out.Changes, changeOut(c))
	}
	if len(found) > size {
		out.NextPageToken, err = list.Token(strconv.FormatInt(found[size-1].Seq, 10))
	}
	return out, err
}

func changeOut(c store.LinkChange) *integrationv1.AccountLinkChange {
	return &integrationv1.AccountLinkChange{
		Time: timestamppb.New(c.At), LineWorksAccountId: c.Account, Actor: c.Actor, Source: string(c.Source),
		Verb: integrationv1.AccountLinkChange_Verb(integrationv1.AccountLinkChange_Verb_value[string(c.Verb)]),
	}
}
