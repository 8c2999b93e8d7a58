package gateway

import (
	"context"
	"fmt"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/openid"
)

// openIDReturn is the screen of the console to which the provider sends browsers
// back.
const openIDReturn = "/openid"

// offers reports that any of the settings is given: half of them is a mistake.
func (o OpenID) offers() bool { return o.Issuer != "" || o.ClientID != "" || o.ClientSecret != "" }

// openProvider judges the settings of the OpenID provider. The provider itself is
// not asked before somebody wants to log in there.
func (a *Admin) openProvider(context.Context) error {
	o := a.cfg.OpenID
	if !o.offers() {
		return nil
	}
	provider, err := openid.New(openid.Config{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret,
		Redirect: a.cfg.URL + openIDReturn, Now: a.cfg.Now, Log: a.cfg.Log,
	})
	if err != nil {
		return fmt.Errorf("DAKOKU_OPENID_ISSUER, DAKOKU_OPENID_CLIENT_ID, DAKOKU_OPENID_CLIENT_SECRET: %w", err)
	}
	a.desk.Trust(provider)
	return nil
}

// providerName is what the log-in screen calls the provider; empty without one.
func (a *Admin) providerName() string {
	switch {
	case !a.cfg.OpenID.offers():
		return ""
	case a.cfg.OpenID.Name == "":
		return "OpenID Connect"
	}
	return a.cfg.OpenID.Name
}
