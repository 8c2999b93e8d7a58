package api

import (
	"context"
	"strings"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/console"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/store"
	"github.com/dakoku/dakoku/services/integration/internal/token"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// lookedUp is how many people a test asks about: one who is told of says nothing of the
// others where an app may be used by a part of the company.
const lookedUp = 3

// TestConnection asks LINE WORKS item by item what works and what is missing.
func (a *Admin) TestConnection(ctx context.Context, req *integrationv1.TestConnectionRequest) (*integrationv1.TestConnectionResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	conn := canonical(req.GetConnection())
	role := credential.Current
	if req.GetStaged() {
		role = credential.Staged
	}
	sealed, err := a.store.SealedKey(ctx, org, conn, role)
	if err != nil {
		return nil, err
	}
	set, err := a.open(ctx, vault.Test, sealed)
	if err != nil {
		return nil, err
	}
	people, err := a.store.Named(ctx, org, conn, lookedUp)
	if err != nil {
		return nil, err
	}
	seen := a.console.Look(ctx, set, people)
	seen.Staged = req.GetStaged()
	if seen.TokenGiven() {
		if err := a.store.Prove(ctx, org, sealed.ID, set.Summary()); err != nil {
			return nil, err
		}
	}
	if err := a.seeCallbacks(ctx, org, conn, sealed.ID, &seen); err != nil {
		return nil, err
	}
	if err := a.seeURLs(ctx, org, conn, &seen); err != nil {
		return nil, err
	}
	return testOut(check.Judge(seen), rpc.Language(ctx)), nil
}

// seeCallbacks adds what the public door reported of a connection and of one of
// its sets.
func (a *Admin) seeCallbacks(ctx context.Context, org, conn, set string, seen *check.Seen) error {
	ring, err := a.store.Ring(ctx, org, conn)
	if err != nil {
		return err
	}
	figures, err := a.store.Figures(ctx, org, []string{conn})
	if err != nil {
		return err
	}
	kept := ring.Set(set)
	seen.Stored, seen.Verified = kept.Stored, kept.Verified
	seen.LastCallback, seen.LastFailure = figures[conn].LastCallback, figures[conn].LastFailure
	return nil
}

// seeURLs adds the callback URLs of a connection, and whether the bot has one
// that is revoked.
func (a *Admin) seeURLs(ctx context.Context, org, conn string, seen *check.Seen) error {
	tokens, err := a.store.LiveTokens(ctx, org, conn)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		seen.OurURLs = append(seen.OurURLs, a.url+t.Token.Reveal())
	}
	text, ours := strings.CutPrefix(strings.TrimSpace(seen.Bot.CallbackURL), a.url)
	if set, err := token.Parse(text); ours && err == nil {
		seen.RevokedURL, err = a.store.WasRevoked(ctx, org, conn, set)
		return err
	}
	return nil
}

// keys opens the connection's keys of a role.
func (a *Admin) keys(ctx context.Context, org, conn string, role credential.Role, why vault.Purpose) (credential.Set, error) {
	sealed, err := a.store.SealedKey(ctx, org, conn, role)
	if err != nil {
		return credential.Set{}, err
	}
	return a.open(ctx, why, sealed)
}

func (a *Admin) open(ctx context.Context, why vault.Purpose, sealed vault.Sealed) (credential.Set, error) {
	if err := a.store.NoteUse(ctx, sealed.Tenant, sealed.Connection); err != nil {
		return credential.Set{}, err
	}
	return a.vault.Open(ctx, why, sealed)
}

func testOut(items []check.Item, language string) *integrationv1.TestConnectionResponse {
	out := &integrationv1.TestConnectionResponse{Ready: check.Ready(items)}
	for _, item := range items {
		out.Items = append(out.Items, &integrationv1.CheckItem{
			Kind:    integrationv1.CheckItem_Kind(integrationv1.CheckItem_Kind_value[string(item.Kind)]),
			Result:  integrationv1.CheckItem_Result(integrationv1.CheckItem_Result_value[string(item.Result)]),
			Message: item.Found.In(language), Remedy: item.Remedy.In(language),
		})
	}
	return out
}

// RegisterCallback sets callback URL, event types and message types of the bot
// at LINE WORKS.
func (a *Admin) RegisterCallback(ctx context.Context, req *integrationv1.RegisterCallbackRequest) (*integrationv1.RegisterCallbackResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	conn := canonical(req.GetConnection())
	keys, err := a.keys(ctx, org, conn, credential.Current, vault.SetBotUp)
	if err != nil {
		return nil, err
	}
	tokens, err := a.store.LiveTokens(ctx, org, conn)
	if err != nil {
		return nil, err
	}
	chosen, found := choose(tokens, canonical(req.GetToken()))
	switch {
	case !found && req.GetToken() != "":
		return nil, connection.TokenNotFound()
	case !found:
		return nil, connection.TokenMissing()
	}
	set, err := a.console.RegisterCallback(ctx, org, keys, a.url+chosen.Token.Reveal())
	if err != nil {
		return nil, err
	}
	return &integrationv1.RegisterCallbackResponse{
		CallbackUrl: set.URL, EventTypes: set.EventTypes, MessageTypes: set.MessageTypes,
		Message: console.CallbackRegistered(set).In(rpc.Language(ctx)),
	}, nil
}

// choose picks the named token, or the newest without a name.
func choose(oldestFirst []store.IssuedToken, id string) (store.IssuedToken, bool) {
	for i := len(oldestFirst) - 1; i >= 0; i-- {
		if t := oldestFirst[i]; id == "" || t.ID == id {
			return t, true
		}
	}
	return store.IssuedToken{}, false
}

// RegisterMenu puts the punch buttons into the bot's persistent menu.
func (a *Admin) RegisterMenu(ctx context.Context, req *integrationv1.RegisterMenuRequest) (*integrationv1.RegisterMenuResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	buttons, err := menuIn(req.GetButtons())
	if err != nil {
		return nil, err
	}
	keys, err := a.keys(ctx, org, canonical(req.GetConnection()), credential.Current, vault.SetBotUp)
	if err != nil {
		return nil, err
	}
	if err := a.console.RegisterMenu(ctx, org, keys, buttons); err != nil {
		return nil, err
	}
	out := &integrationv1.RegisterMenuResponse{Message: console.MenuRegistered(buttons).In(rpc.Language(ctx))}
	for _, b := range buttons {
		out.Buttons = append(out.Buttons, &integrationv1.MenuButton{Postback: b.Postback, Label: b.Labels[0].Text})
	}
	return out, nil
}
