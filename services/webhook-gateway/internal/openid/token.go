package openid

import (
	"context"
	"crypto/subtle"
	"slices"
	"time"
)

// longestSubject is what OpenID Connect allows for one (section 2, sub).
const longestSubject = 255

// slack is how far the provider's clock may be from ours.
const slack = time.Minute

// algorithms are those that we take: the public-key ones. "none" and those with
// a shared secret are never among them, whatever the provider says of itself.
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// Person is whom the provider vouches for.
type Person struct {
	Subject string
	Asked   time.Time // when the provider asked who it is (auth_time); zero unless it had to
}

// person checks an ID token and gives whose it is; since as for Redeem.
func (p *Provider) person(ctx context.Context, found *endpoints, raw, nonce string, since time.Time) (Person, error) {
	token, err := found.verifier.Verify(ctx, raw) // signature and expiry
	if err != nil {
		return Person{}, p.refuse("the ID token does not verify")
	}
	var claims struct {
		AuthorizedParty string   `json:"azp"`
		AuthTime        *float64 `json:"auth_time"` // seconds since 1970; nil when it does not say
	}
	if err := token.Claims(&claims); err != nil {
		return Person{}, p.refuse("the ID token has odd claims")
	}
	party := claims.AuthorizedParty
	switch {
	case token.Issuer != p.cfg.Issuer:
		return Person{}, p.refuse("the ID token is another issuer's")
	case !slices.Contains(token.Audience, p.cfg.ClientID):
		return Person{}, p.refuse("the ID token is for somebody else")
	case party != "" && party != p.cfg.ClientID, party == "" && len(token.Audience) > 1:
		return Person{}, p.refuse("the ID token was issued to somebody else")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return Person{}, p.refuse("the ID token is for another log-in")
	case !since.IsZero() && !p.asked(claims.AuthTime, since):
		return Person{}, p.refuse("the provider does not say that it asked the person anew")
	case token.Subject == "" || len(token.Subject) > longestSubject:
		return Person{}, p.refuse("the ID token names nobody")
	}
	person := Person{Subject: token.Subject}
	if !since.IsZero() {
		person.Asked = time.Unix(int64(*claims.AuthTime), 0)
	}
	return person, nil
}

// asked reports whether the provider says that it asked the person since then.
func (p *Provider) asked(at *float64, since time.Time) bool {
	if at == nil {
		return false
	}
	seconds := *at
	return seconds >= float64(since.Add(-slack).Unix()) && seconds <= float64(p.cfg.Now().Add(slack).Unix())
}
