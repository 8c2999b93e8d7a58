package openid

import (
	"context"
	"crypto/subtle"
	"slices"
)

// longestSubject is what OpenID Connect allows for one (section 2, sub).
const longestSubject = 255

// algorithms are those that we take: the public-key ones. "none" and those with
// a shared secret are never among them, whatever the provider says of itself.
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// subject checks an ID token and gives whose it is.
func (p *Provider) subject(ctx context.Context, found *endpoints, raw, nonce string) (string, error) {
	token, err := found.verifier.Verify(ctx, raw) // signature and expiry
	if err != nil {
		return "", p.refuse("the ID token does not verify")
	}
	var claims struct {
		AuthorizedParty string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return "", p.refuse("the ID token has odd claims")
	}
	party := claims.AuthorizedParty
	switch {
	case token.Issuer != p.cfg.Issuer:
		return "", p.refuse("the ID token is another issuer's")
	case !slices.Contains(token.Audience, p.cfg.ClientID):
		return "", p.refuse("the ID token is for somebody else")
	case party != "" && party != p.cfg.ClientID, party == "" && len(token.Audience) > 1:
		return "", p.refuse("the ID token was issued to somebody else")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return "", p.refuse("the ID token is for another log-in")
	case token.Subject == "" || len(token.Subject) > longestSubject:
		return "", p.refuse("the ID token names nobody")
	}
	return token.Subject, nil
}
