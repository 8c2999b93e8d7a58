package console

import (
	"context"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// reader fetches an access token that may read the bot: for the first of the scopes
// that the app has, which it names. API 1.0 has no scopes.
func (c *Console) reader(ctx context.Context, set credential.Set, scopes ...string) (access credential.Secret, scope string, err error) {
	var token lineworks.Token
	for _, scope = range scopes {
		if token, err = c.platform.TokenFor(ctx, set, scope); trouble(err).Reason != check.ScopeMissing {
			break
		}
	}
	return token.Access, scope, err
}

// find reads the bot of the set, with what the answer says of the limit.
func (c *Console) find(ctx context.Context, set credential.Set) (lineworks.Rate, error) {
	access, _, err := c.reader(ctx, set, scopeRead, scopeBot)
	if err != nil {
		return lineworks.Rate{}, err
	}
	_, rate, err := c.platform.Bot(ctx, set, access)
	return rate, err
}

// HasBot tells whether LINE WORKS knows the bot of the set. Reading a bot wants a
// scope that sending does not: an error means that nobody can tell, and so does a 404
// that LINE WORKS did not say of the bot. The rate is what the answer said of the limit.
func (c *Console) HasBot(ctx context.Context, set credential.Set) (bool, lineworks.Rate, error) {
	rate, err := c.find(ctx, set)
	if f := lineworks.FailureOf(err); err != nil && f.NoBot() {
		return false, rate, nil
	}
	return err == nil, rate, err
}
