package openid

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.uber.org/zap"
	"golang.org/x/oauth2"
)

const (
	patience   = 4 * time.Second // for one answer of the provider; a request has nine
	answerSize = 1 << 20         // bytes of an answer that are read
	askAnew    = time.Hour       // how long what it said of itself holds
	firstPause = time.Second     // after it did not answer
	lastPause  = time.Minute
)

// endpoints are what the provider says of itself.
type endpoints struct {
	oauth       oauth2.Config
	verifier    *oidc.IDTokenVerifier
	namesItself bool // it puts its issuer beside every code (RFC 9207)
}

// endpoints asks the provider, but not again while its answer holds, nor so soon
// after it did not answer. What it said before outlives a failure.
func (p *Provider) endpoints(ctx context.Context) (*endpoints, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.cfg.Now(); !now.Before(p.again) {
		// A caller who leaves must not make the provider look as if it were away.
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		found, err := p.discover(asking)
		cancel()
		if err == nil {
			p.found, p.failures, p.again = found, 0, now.Add(askAnew)
		} else {
			p.again = now.Add(min(firstPause<<min(p.failures, 10), lastPause))
			p.failures++
			p.cfg.Log.Warn("the OpenID provider could not be asked for its endpoints", zap.Time("again", p.again), zap.Error(err))
		}
	}
	if p.found == nil {
		return nil, faultAway
	}
	return p.found, nil
}

func (p *Provider) discover(ctx context.Context) (*endpoints, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	provider, err := oidc.NewProvider(ctx, p.cfg.Issuer)
	if err != nil {
		return nil, withoutBody(err)
	}
	var more struct {
		JWKS        string   `json:"jwks_uri"`
		Methods     []string `json:"token_endpoint_auth_methods_supported"`
		NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, errors.New("what it says of itself cannot be read")
	}
	at := provider.Endpoint()
	for name, address := range map[string]string{"authorization_endpoint": at.AuthURL, "token_endpoint": at.TokenURL, "jwks_uri": more.JWKS} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || !trusted(u, p.cfg.Issuer) {
			return nil, fmt.Errorf("its %s is no https URL", name)
		}
	}
	at.AuthStyle = oauth2.AuthStyleInHeader // the default of OpenID Connect Discovery, section 3
	if len(more.Methods) > 0 && !slices.Contains(more.Methods, "client_secret_basic") {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &endpoints{
		oauth: oauth2.Config{
			ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret.Reveal(), Endpoint: at,
			RedirectURL: p.cfg.Redirect, Scopes: []string{oidc.ScopeOpenID},
		},
		// It judges signature and expiry. Of issuer and audience it allows more than
		// the exact ones, so subject judges them.
		verifier: provider.Verifier(&oidc.Config{
			SkipIssuerCheck: true, SkipClientIDCheck: true, SupportedSigningAlgs: algorithms, Now: p.cfg.Now,
		}),
		namesItself: more.NamesItself,
	}, nil
}

// withoutBody drops from an error what the provider answered.
func withoutBody(err error) error {
	var mismatch *oidc.IssuerMismatchError
	switch address := (*url.Error)(nil); {
	case errors.As(err, &mismatch):
		return errors.New("it calls itself by another issuer than DAKOKU_OPENID_ISSUER; both must be spelled alike")
	case errors.As(err, &address):
		return withoutAddress(err)
	}
	return errors.New("it did not answer with a description of itself")
}

func withoutAddress(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return errors.New("it answered with a failure of its own")
}

// away tells a provider that has trouble of its own from one that refuses.
func away(err error) bool {
	var address *url.Error
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		return answer.Response != nil && answer.Response.StatusCode >= http.StatusInternalServerError
	}
	return errors.As(err, &address)
}

// newClient follows no redirect and reads no endless answer.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type bounded struct{ next http.RoundTripper }

// RoundTrip cuts an answer that is longer than any of a provider.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, answerSize), res.Body}
	}
	return res, err
}
