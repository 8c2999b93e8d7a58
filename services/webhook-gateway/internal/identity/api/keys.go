package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// CreateApiKey makes a key.
func (s *Server) CreateApiKey(ctx context.Context, r *identityv1.CreateApiKeyRequest) (*identityv1.CreateApiKeyResponse, error) {
	key, secret, err := s.desk.AddKey(ctx, actor(ctx), newKey(r.GetApiKey()), r.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	answer := apiKey(key)
	if answer.Secret = secret; r.GetValidateOnly() {
		answer.Name = ""
	}
	return &identityv1.CreateApiKeyResponse{ApiKey: answer}, nil
}

// ListApiKeys lists live keys.
func (s *Server) ListApiKeys(ctx context.Context, r *identityv1.ListApiKeysRequest) (*identityv1.ListApiKeysResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	list := page.Of("apiKeys")
	after, err := afterID(list, r.GetPageToken())
	if err != nil {
		return nil, err
	}
	keys, more, err := s.desk.Keys(ctx, caller.Tenant, after, page.Size(r.GetPageSize()))
	if err != nil {
		return nil, err
	}
	answer := &identityv1.ListApiKeysResponse{}
	for _, k := range keys {
		answer.ApiKeys = append(answer.ApiKeys, apiKey(k))
	}
	if more {
		answer.NextPageToken, err = list.Token(keys[len(keys)-1].ID)
	}
	return answer, err
}

// DeleteApiKey ends a key.
func (s *Server) DeleteApiKey(ctx context.Context, r *identityv1.DeleteApiKeyRequest) (*identityv1.DeleteApiKeyResponse, error) {
	return &identityv1.DeleteApiKeyResponse{}, s.desk.EndKey(ctx, actor(ctx), identity.CanonicalID(r.GetKey()))
}

// newKey reads what a caller may decide; everything else is ours.
func newKey(k *identityv1.ApiKey) identity.APIKey {
	key := identity.APIKey{Name: k.GetDisplayName(), Role: identity.Role(k.GetRole().String())}
	if k.GetExpireTime() != nil {
		key.Expires = k.GetExpireTime().AsTime()
	}
	return key
}

// afterID reads the page token of a list that goes by id.
func afterID(list page.List, token string) (string, error) {
	at, err := list.Read(token, 1)
	if err != nil {
		return "", err
	}
	if at == nil {
		return "", nil
	}
	return page.ID(at[0])
}
