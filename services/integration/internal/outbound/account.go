package outbound

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

// Accounts finds what a connection sends with.
type Accounts interface {
	// SealedKeys lists the sets of keys that may be used, the best first.
	SealedKeys(ctx context.Context, tenant, connection string) ([]vault.Sealed, error)
	// LoginOf is the login id remembered of a userId; empty: none.
	LoginOf(ctx context.Context, tenant, user string) (string, error)
}

// Keys opens a set of keys.
type Keys interface {
	Open(ctx context.Context, p vault.Purpose, s vault.Sealed) (credential.Set, error)
}

// way is one manner of bringing a message to its reader.
type way struct {
	keys    vault.Sealed
	content lineworks.Message
	own     bool      // by the set that the connection sends with; the others are on their way in or out
	only    bool      // the other version's keys bring other messages, but not this one
	until   time.Time // a call that has not begun by then is not made
}

// errLate means that no call was made, because somebody else may have the message by now.
var errLate = errors.New("outbound: the lease is too short for a call")

// ways lists how a message can go, the best first; none, with a reason, when
// there is no way for ever.
func (q *Queue) ways(ctx context.Context, l Letter) ([]way, string, error) {
	content := l.Content()
	sets, err := q.Accounts.SealedKeys(ctx, l.Tenant, l.Connection)
	if err != nil {
		return nil, "", err
	}
	login := ""
	if l.Version == credential.V2 && content.Channel == "" && has(sets, credential.V1) {
		if login, err = q.Accounts.LoginOf(ctx, l.Tenant, content.User); err != nil {
			return nil, "", err
		}
	}
	out, reason := choose(l.Version, content, sets, login)
	for i := range out {
		out[i].until = callsEnd(l)
	}
	return out, reason, nil
}

func has(sets []vault.Sealed, v credential.Version) bool {
	for _, k := range sets {
		if k.Version == v {
			return true
		}
	}
	return false
}

// choose answers a message with keys of the API version it came by, and, while a
// connection moves between versions, with those of the other version as the
// second way: the platform moves the bot at a moment of its own, from which on it
// refuses the old API. API 2.0 knows people by login id, too; API 1.0 by login id
// only. The id of a room means nothing in the other version.
func choose(v credential.Version, content lineworks.Message, sets []vault.Sealed, login string) ([]way, string) {
	var out []way
	if at := first(sets, v); at >= 0 {
		out = append(out, way{keys: sets[at], content: content, own: at == 0})
	}
	other := credential.V1
	if v == credential.V1 {
		other, login = credential.V2, content.User
	}
	at := first(sets, other)
	switch {
	case at < 0:
	case content.Channel != "" && len(out) == 0:
		return nil, "ROOM_OF_OTHER_API_VERSION"
	case content.Channel != "" || login == "" && len(out) > 0:
		out[0].only = true
	case login == "" && len(out) == 0:
		return nil, "LOGIN_ID_UNKNOWN"
	default:
		content.User = login
		out = append(out, way{keys: sets[at], content: content, own: at == 0})
	}
	return out, ""
}

func first(sets []vault.Sealed, v credential.Version) int {
	for i, k := range sets {
		if k.Version == v {
			return i
		}
	}
	return -1
}

// call is one of the platform's, made with an access token.
type call func(context.Context, credential.Set, credential.Secret, lineworks.Message) (lineworks.Rate, error)

// send makes one attempt; with a refused access token once more with a new one.
func (q *Queue) send(ctx context.Context, w way, by call) (lineworks.Rate, error) {
	grant, err := q.Tokens.Token(ctx, w.keys)
	if err != nil {
		return lineworks.Rate{}, err
	}
	rate, err := q.call(ctx, w, grant, by)
	if err == nil || lineworks.FailureOf(err).Class != lineworks.Unauthorized {
		return rate, err
	}
	if grant, err = q.Tokens.Renew(ctx, w.keys, grant); err != nil {
		return rate, err
	}
	return q.call(ctx, w, grant, by)
}

// call calls once. The keys of API 1.0 are part of each call, so each is a use of them.
func (q *Queue) call(ctx context.Context, w way, grant access.Grant, by call) (lineworks.Rate, error) {
	set := credential.Set{Version: w.keys.Version, Bot: w.keys.Bot} // all that API 2.0 needs
	if set.Version == credential.V1 {
		var err error
		if set, err = q.Keys.Open(ctx, vault.CallV1, w.keys); err != nil {
			return lineworks.Rate{}, err
		}
	}
	if !q.Now().Before(w.until) { // the end of ctx may not have been told yet to whoever stood still
		return lineworks.Rate{}, errLate
	}
	return by(ctx, set, grant.Access, w.content)
}
