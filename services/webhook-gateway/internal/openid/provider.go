// Package openid speaks to the OpenID provider of the installation.
//
// It knows discovery, where a browser is sent, how a code is redeemed, and every
// check of an ID token (OpenID Connect Core 1.0, section 3.1.3.7). It refuses to
// know accounts, browsers and what is remembered of a log-in.
package openid

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/dakoku/dakoku/platform/config"
	"github.com/dakoku/dakoku/platform/fault"
	"go.uber.org/zap"
	"golang.org/x/oauth2"
)

var (
	faultRefused = fault.New(fault.Unauthenticated, "OPENID_REFUSED", fault.Text{
		JA: "ログインを確認できませんでした。ログイン画面からもう一度お試しください。",
		EN: "The log-in could not be confirmed. Try again from the log-in screen."})
	faultAway = fault.New(fault.Unavailable, "OPENID_UNAVAILABLE", fault.Text{
		JA: "認証サービスに接続できません。しばらくしてからもう一度お試しください。パスワードでのログインは利用できます。",
		EN: "The log-in service cannot be reached. Try again later; passwords work meanwhile."})
)

// Refused is the one answer to a log-in that is not what it should be: which
// check failed is in the log alone. Reason OPENID_REFUSED.
func Refused() *fault.Fault { return faultRefused }

// Config is the provider and what it calls us; everything but Log is required.
type Config struct {
	Issuer       string // exactly as the provider spells it; https, or http on this machine
	ClientID     string
	ClientSecret config.Secret
	Redirect     string // where the provider sends browsers back
	Now          func() time.Time
	Log          *zap.Logger // nil logs nothing
}

// Provider is the OpenID provider. It is asked for its endpoints when the first
// person wants to log in, so one that is away stops nothing. Make it with New.
type Provider struct {
	cfg    Config
	client *http.Client

	mu       sync.Mutex
	found    *endpoints // nil until it answered
	failures int        // in a row
	again    time.Time  // when it is asked anew
}

// New judges the configuration and asks nobody.
func New(cfg Config) (*Provider, error) {
	issuer, err := url.Parse(cfg.Issuer)
	switch {
	case cfg.Issuer == "" || cfg.ClientID == "" || cfg.ClientSecret == "":
		return nil, errors.New("the issuer, the client id and the client secret belong together: one of them is missing")
	case err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" || issuer.User != nil || !trusted(issuer, cfg.Issuer):
		return nil, fmt.Errorf("the issuer %q is no https URL such as https://login.example.com", cfg.Issuer)
	case cfg.Redirect == "" || cfg.Now == nil:
		return nil, errors.New("openid: Redirect and Now are required")
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	return &Provider{cfg: cfg, client: newClient()}, nil
}

// Issuer is the name of the provider.
func (p *Provider) Issuer() string { return p.cfg.Issuer }

// trusted tells an address whose connection nobody on the way can change: https,
// or http within this machine for a provider that is on it, too.
func trusted(u *url.URL, issuer string) bool {
	if u.Scheme == "https" {
		return true
	}
	own, err := url.Parse(issuer)
	return err == nil && u.Scheme == "http" && loopback(u.Hostname()) && own.Scheme == "http" && loopback(own.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Secrets are what binds an answer of the provider to the question. All three
// are random and unknown to everybody but the browser, the provider and us.
type Secrets struct {
	State    string // comes back with the browser
	Nonce    string // comes back in the ID token
	Verifier string // PKCE (RFC 7636): only its SHA-256 goes with the browser
}

// Address is where the browser goes. With anew, the provider is told to ask who it
// is even when it knows the browser (OpenID Connect Core 1.0, section 3.1.2.1).
// Reason OPENID_UNAVAILABLE.
func (p *Provider) Address(ctx context.Context, s Secrets, anew bool) (string, error) {
	found, err := p.endpoints(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier)}
	if anew {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return found.oauth.AuthCodeURL(s.State, options...), nil
}

// Redeem gives the person for whom the provider issued the code. from is the
// issuer that the browser brought (RFC 9207); empty when it brought none. Unless
// since is zero, the provider must have asked the person after it, and say so.
// Reasons: OPENID_REFUSED, OPENID_UNAVAILABLE.
func (p *Provider) Redeem(ctx context.Context, code, from string, s Secrets, since time.Time) (Person, error) {
	found, err := p.endpoints(ctx)
	if err != nil {
		return Person{}, err
	}
	if (from != "" || found.namesItself) && from != p.cfg.Issuer {
		return Person{}, p.refuse("another issuer sent the browser")
	}
	token, err := found.oauth.Exchange(oidc.ClientContext(ctx, p.client), code, oauth2.VerifierOption(s.Verifier))
	if away(err) {
		p.cfg.Log.Warn("the OpenID provider did not answer for a code", zap.Error(withoutAddress(err)))
		return Person{}, faultAway
	}
	if err != nil {
		return Person{}, p.refuse("the provider did not take the code")
	}
	raw, _ := token.Extra("id_token").(string)
	return p.person(ctx, found, raw, s.Nonce, since)
}

// refuse keeps from the caller which check failed, and from the log what the
// token said.
func (p *Provider) refuse(why string) error {
	p.cfg.Log.Info("a log-in at the OpenID provider was refused", zap.String("why", why))
	return faultRefused
}
