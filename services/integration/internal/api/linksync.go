package api

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/link"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// SyncAccountLinks starts a directory sync.
func (l *Links) SyncAccountLinks(ctx context.Context, req *integrationv1.SyncAccountLinksRequest) (*integrationv1.SyncAccountLinksResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	if err := everybody(ctx); err != nil {
		return nil, err
	}
	conn, err := l.readable(ctx, org, rpc.IDOf(req.GetSync().GetConnection(), "connections/"))
	if err != nil {
		return nil, err
	}
	run, err := l.store.StartSync(ctx, org, conn, actor(ctx), req.GetValidateOnly(), req.GetSync().GetRelinkRecreated())
	if err != nil {
		return nil, err
	}
	l.wake()
	return &integrationv1.SyncAccountLinksResponse{Sync: syncOut(run, rpc.Language(ctx))}, nil
}

// readable is the connection whose directory can be read: the named one, or the
// only active one with keys of API 2.0.
func (l *Links) readable(ctx context.Context, org, named string) (string, error) {
	if named != "" {
		id := canonical(named)
		return id, l.reads(ctx, org, id)
	}
	all, err := l.store.ActiveConnections(ctx, org)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", l.noneActive(ctx, org)
	}
	var found []string
	var refusal error
	for _, id := range all {
		if err := l.reads(ctx, org, id); err == nil {
			found = append(found, id)
		} else if refusal = err; fault.HasReason(err, "UNAVAILABLE") {
			return "", err
		}
	}
	switch len(found) {
	case 0:
		return "", refusal
	case 1:
		return found[0], nil
	}
	return "", link.WhichConnection()
}

// noneActive says why no directory can be read.
func (l *Links) noneActive(ctx context.Context, org string) error {
	states, err := l.store.States(ctx, org)
	if err != nil {
		return err
	}
	return connection.NoneActive(connection.Foremost(states))
}

// reads is nil for a connection with keys of API 2.0.
func (l *Links) reads(ctx context.Context, org, conn string) error {
	sets, err := l.store.SealedKeys(ctx, org, conn)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(sets, func(k vault.Sealed) bool { return k.Version == credential.V2 }) {
		return link.NeedsAPI2()
	}
	return nil
}

// GetAccountLinkSync reads how far a sync is.
func (l *Links) GetAccountLinkSync(ctx context.Context, req *integrationv1.GetAccountLinkSyncRequest) (*integrationv1.GetAccountLinkSyncResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	if everybody(ctx) != nil { // it names people of all departments
		return nil, link.SyncNotFound()
	}
	run, err := l.store.SyncOf(ctx, org, canonical(req.GetSync()))
	if err != nil {
		return nil, err
	}
	return &integrationv1.GetAccountLinkSyncResponse{Sync: syncOut(run, rpc.Language(ctx))}, nil
}

func syncOut(y store.Sync, language string) *integrationv1.AccountLinkSync {
	out := &integrationv1.AccountLinkSync{
		Name: "accountLinkSyncs/" + y.ID, Connection: "connections/" + y.Connection, ValidateOnly: y.Only,
		State:     integrationv1.AccountLinkSync_State(integrationv1.AccountLinkSync_State_value[y.State]),
		Reason:    y.Reason,
		UsersRead: int32(y.UsersRead), EmployeesCompared: int32(y.EmployeesCompared),
		Counts: &integrationv1.LinkCounts{
			Created: int32(y.Counts[link.Created]), Changed: int32(y.Counts[link.Changed]), Unchanged: int32(y.Counts[link.Unchanged]),
			Failed: int32(y.Counts[link.Failed]), NoMatch: int32(y.Counts[link.NoMatch]), Gone: int32(y.Counts[link.Lost]),
		},
		CreateTime: timestamppb.New(y.Started), RelinkRecreated: y.Relink,
	}
	if y.Reason != "" {
		out.Message = link.SyncSentence(y.Reason).In(language)
	}
	if !y.Ended.IsZero() {
		out.EndTime = timestamppb.New(y.Ended)
	}
	for _, o := range y.Results {
		out.Results = append(out.Results, resultOut(o, language))
	}
	return out
}
