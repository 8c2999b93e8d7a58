package lineworks

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
)

const (
	grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	// assertionLife is far below the platform's limit of an hour.
	assertionLife = 10 * time.Minute
	// clockSlack is how far clocks may differ before an assertion is worth
	// signing again with the far side's time.
	clockSlack = 5 * time.Second
	// defaultLife of an access token when the answer does not say.
	defaultLife = time.Hour
)

// RunScopes are the least that sending and looking people up need.
func RunScopes() []string { return []string{"bot.message", ScopePeople} }

// ScopePeople is the least that looking people up needs.
const ScopePeople = "user.email.read"

// Token is an access token with the time that it is good for.
type Token struct {
	Access credential.Secret
	Life   time.Duration
}

// Token fetches an access token for the scopes of every day with the keys of
// set.
func (c *Client) Token(ctx context.Context, set credential.Set) (Token, error) {
	return c.TokenFor(ctx, set, RunScopes()...)
}

// TokenFor fetches an access token for exactly these scopes; API 1.0 has none.
// When the platform refuses and its clock differs from ours, the assertion is
// made once more by its clock.
func (c *Client) TokenFor(ctx context.Context, set credential.Set, scopes ...string) (Token, error) {
	before := time.Duration(c.skew.Load())
	token, err := c.fetchToken(ctx, set, scopes)
	moved := time.Duration(c.skew.Load()) - before
	if err != nil && FailureOf(err).Keys && (moved > clockSlack || moved < -clockSlack) {
		return c.fetchToken(ctx, set, scopes)
	}
	return token, err
}

func (c *Client) fetchToken(ctx context.Context, set credential.Set, scopes []string) (Token, error) {
	assertion, err := c.assertion(set)
	if err != nil {
		return Token{}, err
	}
	r := request{method: http.MethodPost, address: c.auth + "/oauth2/v2.0/token", repeatable: true, token: true,
		form: url.Values{"grant_type": {grantType}, "assertion": {assertion}}}
	if set.Version == credential.V1 {
		id, err := segment(set.APIID.Reveal())
		if err != nil {
			return Token{}, err
		}
		r.address = c.auth + "/b/" + id + "/server/token"
	} else {
		r.form.Set("client_id", set.ClientID)
		r.form.Set("client_secret", set.ClientSecret.Reveal())
		r.form.Set("scope", strings.Join(scopes, " "))
	}
	var answer tokenAnswer
	if err := c.call(ctx, r, &answer); err != nil {
		return Token{}, err
	}
	return answer.token()
}

// assertion signs the JWT (RS256) that proves who we are, by the far side's
// clock as far as we know it.
func (c *Client) assertion(set credential.Set) (string, error) {
	key, err := set.Key()
	if err != nil {
		return "", &Failure{Class: Unauthorized, Code: "BAD_PRIVATE_KEY", Keys: true}
	}
	now := c.now().Add(time.Duration(c.skew.Load())).Unix()
	claims := jwt.MapClaims{"iss": set.ClientID, "sub": set.ServiceAccount, "iat": now, "exp": now + int64(assertionLife/time.Second)}
	if set.Version == credential.V1 {
		claims["iss"] = set.ServerID
		delete(claims, "sub")
	}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key)
	if err != nil {
		return "", &Failure{Class: Unauthorized, Code: "BAD_PRIVATE_KEY", Keys: true}
	}
	return signed, nil
}

type tokenAnswer struct {
	AccessToken string          `json:"access_token"`
	ExpiresIn   json.RawMessage `json:"expires_in"`
}

func (a tokenAnswer) token() (Token, error) {
	if a.AccessToken == "" || strings.ContainsAny(a.AccessToken, " \r\n") {
		return Token{}, &Failure{Class: Temporary, Status: http.StatusOK, Code: "BAD_ANSWER"}
	}
	return Token{Access: credential.Secret(a.AccessToken), Life: life(a.ExpiresIn)}, nil
}

// life reads expires_in, which comes as a string or a number of seconds.
func life(raw json.RawMessage) time.Duration {
	seconds, err := strconv.ParseFloat(strings.Trim(string(raw), `" `), 64)
	const day = 24 * 60 * 60
	if err != nil || !(seconds >= 1) { // NaN, too
		return defaultLife
	}
	return time.Duration(min(seconds, day)) * time.Second
}
