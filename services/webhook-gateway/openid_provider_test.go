package gateway_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	clientID     = "dakoku"
	clientSecret = "the-secret-of-the-client-of-256-bits" // long enough to be a key of HS256
	person       = "subject-4711"                         // who logs in, as the provider calls them
)

// provider is a real OpenID provider with its own storage, at which whoever
// comes is the person of now. The embedded interface has what is never asked.
type provider struct {
	op.Storage
	key      *rsa.PrivateKey
	issuer   string
	returns  string // the redirect URI that is registered
	answers  http.Handler
	mu       sync.Mutex
	person   string
	requests map[string]*visit
	codes    map[string]string
	asked    int                                         // for its endpoints
	away     bool                                        // it answers 503
	now      func() time.Time                            // nil is the system's clock
	since    time.Time                                   // when the person logged in at the provider; asked to, it asks again
	stubborn bool                                        // it does not ask again
	tamper   func(claims map[string]any, header *header) // nil leaves tokens alone
}

// visit is one person on the way through the provider.
type visit struct {
	*oidc.AuthRequest
	id, subject string
	at          time.Time // when the person was asked
	done        bool
}

func (v *visit) GetID() string                         { return v.id }
func (v *visit) GetACR() string                        { return "" }
func (v *visit) GetAMR() []string                      { return nil }
func (v *visit) GetAudience() []string                 { return []string{v.ClientID} }
func (v *visit) GetAuthTime() time.Time                { return v.at }
func (v *visit) GetClientID() string                   { return v.ClientID }
func (v *visit) GetNonce() string                      { return v.Nonce }
func (v *visit) GetRedirectURI() string                { return v.RedirectURI }
func (v *visit) GetResponseType() oidc.ResponseType    { return v.ResponseType }
func (v *visit) GetResponseMode() oidc.ResponseMode    { return "" }
func (v *visit) GetScopes() []string                   { return v.Scopes }
func (v *visit) GetState() string                      { return v.State }
func (v *visit) GetSubject() string                    { return v.subject }
func (v *visit) Done() bool                            { return v.done }
func (v *visit) GetCodeChallenge() *oidc.CodeChallenge { return v.challenge() }

func (v *visit) challenge() *oidc.CodeChallenge {
	if v.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: v.CodeChallenge, Method: v.CodeChallengeMethod}
}

// openProvider starts one.
func openProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, person: person, requests: map[string]*visit{}, codes: map[string]string{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.issuer = server.URL
	answers, err := op.NewProvider(&op.Config{CryptoKey: [32]byte{1}, CodeMethodS256: true}, p, op.StaticIssuer(p.issuer), op.WithAllowInsecure())
	if err != nil {
		t.Fatal(err)
	}
	p.answers = answers
	return p
}

func (p *provider) set(change func(*provider)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// login is the provider's own log-in screen: it knows who sits there, and asks again
// when it is told to.
func (p *provider) login(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	p.set(func(p *provider) {
		v, now := p.requests[id], time.Now()
		if p.now != nil {
			now = p.now()
		}
		told := slices.Contains(v.Prompt, "login") && v.MaxAge != nil && *v.MaxAge == 0
		if p.since.IsZero() || told && !p.stubborn {
			p.since = now
		}
		v.subject, v.at, v.done = p.person, p.since, true
	})
	http.Redirect(w, r, "/authorize/callback?id="+id, http.StatusFound)
}

func (p *provider) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	v := &visit{AuthRequest: r, id: uuid.NewString()}
	p.set(func(p *provider) { p.requests[v.id] = v })
	return v, nil
}

func (p *provider) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v, ok := p.requests[id]; ok {
		return v, nil
	}
	return nil, errors.New("no such request")
}

func (p *provider) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	p.mu.Lock()
	id := p.codes[code]
	p.mu.Unlock()
	return p.AuthRequestByID(ctx, id)
}

func (p *provider) SaveAuthCode(_ context.Context, id, code string) error {
	p.set(func(p *provider) { p.codes[code] = id })
	return nil
}

func (p *provider) DeleteAuthRequest(_ context.Context, id string) error {
	p.set(func(p *provider) { delete(p.requests, id) })
	return nil
}

func (p *provider) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return uuid.NewString(), time.Now().Add(time.Minute), nil
}

func (p *provider) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != clientID {
		return nil, errors.New("no such client")
	}
	return client{p}, nil
}

func (p *provider) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != clientID || secret != clientSecret {
		return errors.New("wrong secret")
	}
	return nil
}

func (p *provider) SigningKey(context.Context) (op.SigningKey, error) { return signing{p.key}, nil }

func (p *provider) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

func (p *provider) KeySet(context.Context) ([]op.Key, error) { return []op.Key{public{p.key}}, nil }

func (p *provider) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, person, _ string, _ []string) error {
	info.Subject = person
	return nil
}

func (p *provider) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil //nolint:nilnil // the interface of the library
}

func (p *provider) Health(context.Context) error { return nil }

type signing struct{ key *rsa.PrivateKey }

func (s signing) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (s signing) Key() any                                    { return s.key }
func (s signing) ID() string                                  { return "k1" }

type public struct{ key *rsa.PrivateKey }

func (k public) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k public) Use() string                        { return "sig" }
func (k public) Key() any                           { return &k.key.PublicKey }
func (k public) ID() string                         { return "k1" }

// client is what the provider knows of the installation.
type client struct{ p *provider }

func (c client) GetID() string                       { return clientID }
func (c client) RedirectURIs() []string              { return []string{c.p.returns} }
func (c client) PostLogoutRedirectURIs() []string    { return nil }
func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (c client) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodBasic }
func (c client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c client) GrantTypes() []oidc.GrantType         { return []oidc.GrantType{oidc.GrantTypeCode} }
func (c client) LoginURL(id string) string            { return c.p.issuer + "/login?id=" + id }
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c client) IDTokenLifetime() time.Duration       { return time.Hour }
func (c client) DevMode() bool                        { return true } // http on this machine
func (c client) IsScopeAllowed(string) bool           { return false }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return false }
func (c client) ClockSkew() time.Duration             { return 0 }

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string { //nolint:revive // the name is the library's
	return slices.Clone[[]string]
}
func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}
