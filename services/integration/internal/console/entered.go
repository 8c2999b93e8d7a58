package console

import (
	"context"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// Answer is what LINE WORKS said of keys that nobody has stored.
type Answer struct {
	Version  credential.Version
	Token    lineworks.Token // that it gave; zero: none
	Keys     check.Trouble   // why it gave none, other than that it refuses the keys
	BotAsked bool            // whether the bot was asked about
	Bot      check.Trouble   // why the bot was not seen, then
}

// Fits asks LINE WORKS for an access token with keys that nobody has stored. The
// error is a fault that names the fields whose values it refuses. Where it does not
// answer, or for another reason than the keys, there is neither: nothing is known.
func (c *Console) Fits(ctx context.Context, set credential.Set) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	out := Answer{Version: set.Version}
	token, err := c.platform.Token(ctx, set)
	switch t := trouble(err); t.Reason {
	case check.Fine:
		out.Token = token
	case check.BadClient:
		return out, credential.Refused("clientId", "clientSecret")
	case check.BadAccount:
		return out, credential.Refused("serviceAccount")
	case check.BadKey:
		return out, credential.Refused(keyOf(set.Version))
	case check.BadKeys:
		return out, credential.Refused(asked(set.Version)...)
	default:
		out.Keys = t
	}
	return out, nil
}

// Confirm is Fits, and asks whether the bot is there, too. The error also names the
// bot's number when LINE WORKS does not know it, unless the bot is moving to the API of
// these keys: before its move it is known by the other API alone.
func (c *Console) Confirm(ctx context.Context, set credential.Set, moving bool) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	out, err := c.Fits(ctx, set)
	if err != nil {
		return out, err
	}
	out.BotAsked, out.Bot = true, out.Keys
	if !out.Keys.Any() || out.Keys.Reason == check.ScopeMissing { // reading a bot wants another scope
		_, err := c.find(ctx, set)
		out.Bot = trouble(err)
	}
	if out.Bot.Reason == check.Missing && !moving {
		return out, credential.UnknownBot(set.Version)
	}
	return out, nil
}

func keyOf(v credential.Version) string {
	if v == credential.V1 {
		return "authKey"
	}
	return "privateKey"
}

// asked are the fields that go into the question for an access token.
func asked(v credential.Version) []string {
	if v == credential.V1 {
		return []string{"apiId", "serverId", "authKey"}
	}
	return []string{"clientId", "clientSecret", "serviceAccount", "privateKey"}
}
