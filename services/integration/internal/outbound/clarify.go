package outbound

import (
	"context"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Bots tells whether LINE WORKS knows the bot of a set of keys.
type Bots interface {
	HasBot(ctx context.Context, set credential.Set) (bool, error)
}

// clarify asks the platform for the bot when it answered 404 and its code does not
// tell whether the bot or the recipient is meant. A bot that one of the ways still
// finds is there.
func (q *Queue) clarify(ctx context.Context, ways []way, err error) error {
	if err == nil || q.Bots == nil {
		return err
	}
	f := lineworks.FailureOf(err)
	if f.Class != lineworks.NotFound || f.Absent != lineworks.Unclear {
		return err
	}
	told := lineworks.TheBot
	for _, w := range ways {
		switch known, err := q.hasBot(ctx, w.keys); {
		case err != nil:
			told = lineworks.Unclear
		case known:
			return f.About(lineworks.Recipient)
		}
	}
	return f.About(told)
}

func (q *Queue) hasBot(ctx context.Context, keys vault.Sealed) (bool, error) {
	set, err := q.Keys.Open(ctx, vault.FetchToken, keys)
	if err != nil {
		return false, err
	}
	return q.Bots.HasBot(ctx, set)
}
