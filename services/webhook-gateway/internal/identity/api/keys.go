package api

import (
	"context"
	"encoding/base64"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
	"github.com/google/uuid"
)

// CreateApiKey makes a key.
func (s *Server) CreateApiKey(ctx context.Context, r *identityv1.CreateApiKeyRequest) (*identityv1.CreateApiKeyResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	key, secret, err := s.desk.AddKey(ctx, newKey(caller, r.GetApiKey()))
	if err != nil {
		return nil, err
	}
	answer := apiKey(key)
	answer.Secret = secret
	return &identityv1.CreateApiKeyResponse{ApiKey: answer}, nil
}

// ListApiKeys lists live keys.
func (s *Server) ListApiKeys(ctx context.Context, r *identityv1.ListApiKeysRequest) (*identityv1.ListApiKeysResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	after, err := readToken(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	keys, more, err := s.desk.Keys(ctx, caller.Tenant, after, int(r.GetPageSize()))
	if err != nil {
		return nil, err
	}
	answer := &identityv1.ListApiKeysResponse{}
	for _, k := range keys {
		answer.ApiKeys = append(answer.ApiKeys, apiKey(k))
	}
	if more {
		answer.NextPageToken = writeToken(keys[len(keys)-1].ID)
	}
	return answer, nil
}

// DeleteApiKey ends a key.
func (s *Server) DeleteApiKey(ctx context.Context, r *identityv1.DeleteApiKeyRequest) (*identityv1.DeleteApiKeyResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	return &identityv1.DeleteApiKeyResponse{}, s.desk.EndKey(ctx, caller.Tenant, r.GetKey())
}

// writeToken makes a page token of the id of the last key shown.
func writeToken(id string) string {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(parsed[:])
}

func readToken(token string) (string, error) {
	if token == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		var id uuid.UUID
		if id, err = uuid.FromBytes(raw); err == nil {
			return id.String(), nil
		}
	}
	return "", fault.New(fault.InvalidArgument, "PAGE_TOKEN_INVALID", fault.Text{
		JA: "pageToken が正しくありません。一覧の最初から取得してください。",
		EN: "The page token is not one of this list. Start from the first page.",
	}).Because(err)
}

// newKey reads what a caller may decide; everything else is ours.
func newKey(caller rpc.Caller, k *identityv1.ApiKey) identity.APIKey {
	key := identity.APIKey{
		Tenant: caller.Tenant, Creator: caller.Account,
		Name: k.GetDisplayName(), Role: identity.Role(k.GetRole().String()),
	}
	if k.GetExpireTime() != nil {
		key.Expires = k.GetExpireTime().AsTime()
	}
	return key
}
