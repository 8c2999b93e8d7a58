package api

import (
	"context"
	"time"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/console"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// UpdateCredentials checks and stores the keys of a connection, which LINE WORKS
// is asked about first: what needs no question is checked before that.
func (a *Admin) UpdateCredentials(ctx context.Context, req *integrationv1.UpdateCredentialsRequest) (*integrationv1.UpdateCredentialsResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	conn := canonical(req.GetConnection())
	if _, err := a.store.Connection(ctx, org, conn); err != nil {
		return nil, err
	}
	set, err := credential.Check(credentialsIn(req.GetCredentials()))
	if err != nil {
		return nil, err
	}
	put := store.Put{
		Set: set, Stage: req.GetStage(), Only: true, Actor: actor(ctx), Unchanged: matches(req.GetCredentials().GetEtag(), "credentials", conn),
	}
	was, err := a.store.Ring(ctx, org, conn)
	if err != nil {
		return nil, err
	}
	if _, err := a.store.PutCredentials(ctx, org, conn, put); err != nil {
		return nil, err
	}
	put.Only = req.GetValidateOnly()
	if put.ID, err = a.noted(ctx, org, conn, put); err != nil {
		return nil, err
	}
	said, err := a.said(ctx, set, was, put.Only)
	if err != nil {
		return nil, err
	}
	put.Token = said.Token
	ring, err := a.store.PutCredentials(ctx, org, conn, put)
	if err != nil {
		return nil, err
	}
	out := credentialsOut(conn, ring)
	out.CheckMessage = console.Entered(said, put.Only).In(rpc.Language(ctx))
	if said.BotAsked {
		found := !said.Bot.Any()
		out.BotFound, out.BotMessage = &found, console.BotSeen(said).In(rpc.Language(ctx))
	}
	return &integrationv1.UpdateCredentialsResponse{Credentials: out, Message: out.GetCheckMessage()}, nil
}

// noted writes down that keys which somebody enters are used to ask LINE WORKS about
// them, and answers the id that they are written down with.
func (a *Admin) noted(ctx context.Context, org, conn string, put store.Put) (string, error) {
	id, err := store.NewSetID()
	if err != nil {
		return "", err
	}
	why := vault.Enter
	if put.Only {
		why = vault.Validate
	}
	return id, a.vault.Note(ctx, why, org, conn, id, put.Set)
}

// said is what LINE WORKS says of keys that are to be stored, and of their bot when
// they are only checked: a bot may come later than its keys.
func (a *Admin) said(ctx context.Context, set credential.Set, was credential.Ring, only bool) (console.Answer, error) {
	if only {
		return a.console.Confirm(ctx, set, was.Moves(set))
	}
	return a.console.Fits(ctx, set)
}

// GetCredentials shows what is stored, with fingerprints for secrets.
func (a *Admin) GetCredentials(ctx context.Context, req *integrationv1.GetCredentialsRequest) (*integrationv1.GetCredentialsResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	ring, err := a.store.Ring(ctx, org, canonical(req.GetConnection()))
	if err != nil {
		return nil, err
	}
	if ring.Current == nil {
		return nil, connection.NoCredentials()
	}
	return &integrationv1.GetCredentialsResponse{Credentials: credentialsOut(canonical(req.GetConnection()), ring)}, nil
}

// ActivateCredentials makes the staged keys current.
func (a *Admin) ActivateCredentials(ctx context.Context, req *integrationv1.ActivateCredentialsRequest) (*integrationv1.ActivateCredentialsResponse, error) {
	unchanged := matches(req.GetEtag(), "credentials", canonical(req.GetConnection()))
	out, err := a.turn(ctx, req.GetConnection(), "ACTIVATE", func(r credential.Ring, now time.Time) (credential.Ring, error) {
		next, err := r.Activate(now)
		if err == nil && !unchanged(r.Staged.Revision) {
			err = store.Stale()
		}
		return next, err
	})
	return &integrationv1.ActivateCredentialsResponse{Credentials: out}, err
}

// RollBackCredentials makes the previous keys current again.
func (a *Admin) RollBackCredentials(ctx context.Context, req *integrationv1.RollBackCredentialsRequest) (*integrationv1.RollBackCredentialsResponse, error) {
	unchanged := matches(req.GetEtag(), "credentials", canonical(req.GetConnection()))
	out, err := a.turn(ctx, req.GetConnection(), "ROLL_BACK", func(r credential.Ring, now time.Time) (credential.Ring, error) {
		next, err := r.RollBack(now)
		if err == nil && !unchanged(r.Current.Revision) {
			err = store.Stale()
		}
		return next, err
	})
	return &integrationv1.RollBackCredentialsResponse{Credentials: out}, err
}

// RetireCredentials erases the previous keys, or the former ones that the etag
// names.
func (a *Admin) RetireCredentials(ctx context.Context, req *integrationv1.RetireCredentialsRequest) (*integrationv1.RetireCredentialsResponse, error) {
	unchanged := matches(req.GetEtag(), "credentials", canonical(req.GetConnection()))
	out, err := a.turn(ctx, req.GetConnection(), "RETIRE", func(r credential.Ring, _ time.Time) (credential.Ring, error) {
		if next, found := r.RetireFormer(unchanged); found && req.GetEtag() != "" {
			return next, nil
		}
		next, err := r.Retire()
		if err == nil && !unchanged(r.Previous.Revision) {
			err = store.Stale()
		}
		return next, err
	})
	return &integrationv1.RetireCredentialsResponse{Credentials: out}, err
}

// DiscardCredentials erases the staged keys.
func (a *Admin) DiscardCredentials(ctx context.Context, req *integrationv1.DiscardCredentialsRequest) (*integrationv1.DiscardCredentialsResponse, error) {
	unchanged := matches(req.GetEtag(), "credentials", canonical(req.GetConnection()))
	out, err := a.turn(ctx, req.GetConnection(), "DISCARD", func(r credential.Ring, now time.Time) (credential.Ring, error) {
		next, err := r.Discard(now)
		if err == nil && !unchanged(r.Staged.Revision) {
			err = store.Stale()
		}
		return next, err
	})
	return &integrationv1.DiscardCredentialsResponse{Credentials: out}, err
}

func (a *Admin) turn(ctx context.Context, conn, verb string, turn func(credential.Ring, time.Time) (credential.Ring, error)) (*integrationv1.Credentials, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	conn = canonical(conn)
	ring, err := a.store.TurnCredentials(ctx, org, conn, verb, actor(ctx), turn)
	if err != nil {
		return nil, err
	}
	return credentialsOut(conn, ring), nil
}
