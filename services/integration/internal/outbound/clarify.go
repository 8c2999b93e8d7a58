package outbound

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Bots tells whether LINE WORKS knows the bot of a set of keys.
type Bots interface {
	HasBot(ctx context.Context, set credential.Set) (known bool, rate lineworks.Rate, err error)
}

// clarify asks the platform for the bot when it answered 404 and its code does not
// tell whether the bot or the recipient is meant. A bot that one of the ways still
// finds is there.
func (q *Queue) clarify(ctx context.Context, lane Lane, ways []way, err error) error {
	if err == nil || q.Bots == nil {
		return err
	}
	f := lineworks.FailureOf(err)
	if f.Class != lineworks.NotFound || f.Absent != lineworks.Unclear {
		return err
	}
	told := lineworks.TheBot
	for _, w := range ways {
		switch known, err := q.hasBot(ctx, lane, w.keys); {
		case err != nil:
			told = lineworks.Unclear
		case known:
			return f.About(lineworks.Recipient)
		}
	}
	return f.About(told)
}

// errNoBudget is the end of a question that the budget of its API leaves no call for.
var errNoBudget = errors.New("no call is left for looking the bot up")

// hasBot asks out of the budget of such look-ups. Without one nobody can tell, as if
// LINE WORKS did not answer: a herd of 404 does not become one of look-ups.
func (q *Queue) hasBot(ctx context.Context, lane Lane, keys vault.Sealed) (bool, error) {
	set, err := q.Keys.Open(ctx, vault.FetchToken, keys)
	if err != nil {
		return false, err
	}
	switch wait, err := q.Store.SpendCall(ctx, lane.Tenant, lane.Connection, lineworks.Bots); {
	case err != nil:
		return false, err
	case wait > 0:
		return false, errNoBudget
	}
	known, rate, err := q.Bots.HasBot(ctx, set)
	if lost := q.Store.LearnCalls(ctx, lane.Tenant, lane.Connection, lineworks.Bots, rate); lost != nil {
		q.Log.Warn("what LINE WORKS said of its limit was not noted", zap.String("connection", lane.Connection), zap.Error(lost))
	}
	return known, err
}
