package api

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/page"
)

// ListSecretUses lists who opened a connection's keys, newest first.
func (a *Admin) ListSecretUses(ctx context.Context, req *integrationv1.ListSecretUsesRequest) (*integrationv1.ListSecretUsesResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	conn := canonical(req.GetConnection())
	list, size := page.Of("secretUses", conn), page.Size(req.GetPageSize())
	at, id, err := list.ReadByTime(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	found, err := a.store.SecretUsesBefore(ctx, org, conn, at, id, size+1)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListSecretUsesResponse{}
	for _, u := range found[:min(size, len(found))] {
		out.Uses = append(out.Uses, &integrationv1.SecretUse{
			Time: timestamppb.New(u.Time), Caller: u.Caller, Purpose: string(u.Purpose), PrivateKey: u.PrivateKey,
			Uses: int32(u.Uses), LastTime: timestamppb.New(u.Last),
		})
	}
	if len(found) > size {
		last := found[size-1]
		out.NextPageToken, err = list.TokenByTime(last.Time, last.ID)
	}
	return out, err
}
