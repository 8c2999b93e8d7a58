package simulator

import (
	"crypto/subtle"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dakoku/dakoku/simulator/internal/assertion"
)

const grantByAssertion = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// form reads the form of a token request. A parameter of the content type, as
// charset, does not matter.
func (c *call) form() (url.Values, bool) {
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, false
	}
	values, err := url.ParseQuery(string(c.body))
	return values, err == nil
}

// grantType undoes the second encoding that official samples apply.
func grantType(values url.Values) string {
	value := values.Get("grant_type")
	if decoded, err := url.QueryUnescape(value); err == nil {
		return decoded
	}
	return value
}

// token is POST /oauth2/v2.0/token.
func (c *call) token() answer {
	values, ok := c.form()
	if !ok {
		return c.family.refuse(http.StatusBadRequest, "invalid_request", "a form is expected")
	}
	client := c.client(values)
	if client == nil {
		return c.family.refuse(http.StatusUnauthorized, "invalid_client", "client_id or client_secret is wrong")
	}
	switch grantType(values) {
	case grantByAssertion:
		return c.assertionGrant(client, values)
	case "refresh_token":
		return c.refreshGrant(client, values)
	}
	return c.family.refuse(http.StatusBadRequest, "unsupported_grant_type", "grant_type is not known")
}

func (c *call) client(values url.Values) *app {
	client := c.sim.world.apps[values.Get("client_id")]
	if client == nil || subtle.ConstantTimeCompare([]byte(client.secret), []byte(values.Get("client_secret"))) != 1 {
		return nil
	}
	return client
}

func (c *call) assertionGrant(client *app, values url.Values) answer {
	jwt, err := assertion.Parse(values.Get("assertion"))
	if err == nil {
		err = jwt.Verify(client.public, client.account, c.sim.now())
	}
	if err != nil {
		return c.family.refuse(http.StatusBadRequest, "invalid_grant", err.Error())
	}
	if jwt.Claims.Issuer != client.id {
		return c.family.refuse(http.StatusBadRequest, "invalid_grant", "iss is not the client id")
	}
	scopes := strings.FieldsFunc(values.Get("scope"), func(r rune) bool { return r == ' ' || r == ',' })
	if len(scopes) == 0 {
		return c.family.refuse(http.StatusBadRequest, "invalid_scope", "scope is required")
	}
	for _, scope := range scopes {
		if !slices.Contains(client.scopes, scope) {
			return c.family.refuse(http.StatusBadRequest, "invalid_scope", scope+" is not ticked for this app")
		}
	}
	return c.issueV2(grant{app: client, scopes: scopes}, true)
}

func (c *call) refreshGrant(client *app, values url.Values) answer {
	old := values.Get("refresh_token")
	g := c.sim.tokens.refresh[old]
	if g == nil || g.app != client || !g.expires.After(c.sim.now()) {
		return c.family.refuse(http.StatusBadRequest, "invalid_grant", "the refresh token is not valid")
	}
	if c.sim.rotate {
		delete(c.sim.tokens.refresh, old)
	}
	return c.issueV2(grant{app: client, scopes: g.scopes}, c.sim.rotate)
}

func (c *call) issueV2(g grant, withRefresh bool) answer {
	now := c.sim.now()
	g.expires = now.Add(c.sim.config.TokenLife)
	body := map[string]any{
		"access_token": c.sim.tokens.issue(g, now), "token_type": "Bearer",
		"expires_in": c.expiresIn(), "scope": strings.Join(g.scopes, " "),
	}
	if withRefresh {
		token := newSecret(48)
		c.sim.tokens.refresh[token] = &grant{app: g.app, scopes: g.scopes, expires: now.Add(refreshLife)}
		body["refresh_token"] = token
	}
	return ok(http.StatusOK, body)
}

func (c *call) expiresIn() any {
	seconds := int64(c.sim.config.TokenLife.Seconds())
	if c.sim.numeric {
		return seconds
	}
	return strconv.FormatInt(seconds, 10)
}

// revoke is POST /oauth2/v2.0/revoke. The documentation is silent about the
// body of the answer: it is empty here, also for a token that is not known.
func (c *call) revoke() answer {
	values, isForm := c.form()
	if !isForm {
		return c.family.refuse(http.StatusBadRequest, "invalid_request", "a form is expected")
	}
	client := c.client(values)
	if client == nil {
		return c.family.refuse(http.StatusUnauthorized, "invalid_client", "client_id or client_secret is wrong")
	}
	token := values.Get("token")
	for _, known := range []map[string]*grant{c.sim.tokens.access, c.sim.tokens.refresh} {
		if g := known[token]; g != nil && g.app == client {
			delete(known, token)
		}
	}
	return ok(http.StatusOK, nil)
}

// serverToken is POST /b/{apiId}/server/token of API 1.0. Parameters may stand
// in the form or, as in the official sample, in the query.
func (c *call) serverToken() answer {
	values := c.r.URL.Query()
	if form, isForm := c.form(); isForm {
		for name, given := range form {
			values[name] = given
		}
	}
	b := c.sim.world.servers[c.r.PathValue("apiId")]
	if b == nil {
		return c.family.refuse(http.StatusNotFound, "001", "no such API ID")
	}
	if grantType(values) != grantByAssertion {
		return c.family.refuse(http.StatusBadRequest, "029", "grant_type is not known")
	}
	jwt, err := assertion.Parse(values.Get("assertion"))
	if err == nil {
		err = jwt.Verify(b.public, "", c.sim.now())
	}
	if err != nil || jwt.Claims.Issuer != b.v1creds.ServerID {
		return c.family.refuse(http.StatusUnauthorized, "024", "Authentication failed")
	}
	g := grant{server: b, expires: c.sim.now().Add(c.sim.config.TokenLife)}
	return ok(http.StatusOK, map[string]any{
		"access_token": c.sim.tokens.issue(g, c.sim.now()), "token_type": "Bearer", "expires_in": c.expiresIn(),
	})
}
