package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// grant is what a token allows.
type grant struct {
	app     *app // API 2.0
	server  *bot // API 1.0
	scopes  []string
	expires time.Time
}

type tokens struct {
	access  map[string]*grant
	refresh map[string]*grant
}

const (
	refreshLife = 90 * 24 * time.Hour
	pruneAbove  = 1000
)

func newTokens() tokens {
	return tokens{access: map[string]*grant{}, refresh: map[string]*grant{}}
}

func (t tokens) issue(g grant, now time.Time) string {
	if len(t.access) > pruneAbove {
		for token, old := range t.access {
			if !old.expires.After(now) {
				delete(t.access, token)
			}
		}
	}
	token := "jp1" + newSecret(48)
	t.access[token] = &g
	return token
}

func (g *grant) hasAny(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(g.scopes, scope) })
}

func (g *grant) domain() int64 {
	if g.server != nil {
		return g.server.domain
	}
	return g.app.domain
}

// authenticate finds the grant of the call's token.
func (c *call) authenticate() (answer, bool) {
	if c.family == gatewayV1 {
		return c.authenticateV1()
	}
	g := c.sim.tokens.access[bearer(c.r)]
	if g == nil || g.app == nil || !g.expires.After(c.sim.now()) {
		return c.family.refuse(http.StatusUnauthorized, "UNAUTHORIZED", "Authentication failed"), false
	}
	c.grant = g
	return answer{}, true
}

// authenticateV1 wants the token and the consumer key, both of this API ID.
func (c *call) authenticateV1() (answer, bool) {
	header := c.r.Header.Get("Authorization")
	switch {
	case header == "":
		return c.family.refuse(http.StatusUnauthorized, "028", "Authentication header is missing"), false
	case bearer(c.r) == "":
		return c.family.refuse(http.StatusUnauthorized, "029", "Authentication header is malformed"), false
	}
	g := c.sim.tokens.access[bearer(c.r)]
	good := g != nil && g.server != nil && g.expires.After(c.sim.now()) &&
		g.server.v1creds.APIID == c.r.PathValue("apiId") && g.server.v1creds.ConsumerKey == c.r.Header.Get("consumerKey")
	if !good {
		return c.family.refuse(http.StatusUnauthorized, "024", "Authentication failed, no authority"), false
	}
	c.grant = g
	return answer{}, true
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
