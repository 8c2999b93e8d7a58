package console

import (
	"context"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// HasBot tells whether LINE WORKS knows the bot of the set. Reading a bot wants a
// scope that sending does not: an error means that nobody can tell. The rate is what
// the answer said of the limit.
func (c *Console) HasBot(ctx context.Context, set credential.Set) (bool, lineworks.Rate, error) {
	token, err := c.platform.TokenFor(ctx, set, scopeRead)
	if trouble(err).Reason == check.ScopeMissing {
		token, err = c.platform.TokenFor(ctx, set, scopeBot)
	}
	if err != nil {
		return false, lineworks.Rate{}, err
	}
	_, rate, err := c.platform.Bot(ctx, set, token.Access)
	if err != nil && lineworks.FailureOf(err).Class == lineworks.NotFound {
		return false, rate, nil
	}
	return err == nil, rate, err
}
