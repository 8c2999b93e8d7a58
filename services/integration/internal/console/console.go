// Package console does at LINE WORKS by API what the set-up guide has people
// click in the Developer Console: it looks at a bot, sets its callback and its
// menu.
//
// It knows which call wants which scope, and that two changes of one bot may
// never run at once. Its access tokens are asked for each time and kept nowhere,
// because those of every day may not change a bot. It refuses to judge what it
// sees and to know how keys are stored.
package console

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

const (
	scopeBot     = "bot"
	scopeRead    = "bot.read"
	scopeMessage = "bot.message"
	// lookLimit leaves time to answer within the budget of an admin request.
	lookLimit = 6 * time.Second
)

// Locker lets one change of a bot run at a time, across all processes.
type Locker interface {
	// WithBot runs fn while nobody else changes the bot. Busy: an Unavailable
	// fault, and fn has not run.
	WithBot(ctx context.Context, tenant, bot string, fn func(context.Context) error) error
}

// Console speaks to LINE WORKS for administrators. Make it with New; it is safe
// for concurrent use.
type Console struct {
	platform *lineworks.Client
	locks    Locker
}

// New makes a console.
func New(platform *lineworks.Client, locks Locker) *Console {
	return &Console{platform: platform, locks: locks}
}

// Look sees all that a test of the connection wants to know from LINE WORKS.
// Nothing is changed there. people are the userIds of those to look up; without any it
// asks about the service account, whom an app that may ask is told to be nobody. What
// cannot be seen is a trouble in the answer.
func (c *Console) Look(ctx context.Context, set credential.Set, people []string) check.Seen {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	seen := check.Seen{Version: set.Version}
	if set.Version == credential.V1 {
		c.lookV1(ctx, set, &seen)
	} else {
		c.lookV2(ctx, set, &seen)
		c.lookUp(ctx, set, people, &seen)
	}
	seen.Skew, seen.SkewKnown = c.platform.Skew()
	return seen
}

func (c *Console) lookV1(ctx context.Context, set credential.Set, seen *check.Seen) {
	token, err := c.platform.TokenFor(ctx, set)
	if seen.Token = trouble(err); err != nil {
		return
	}
	bot, _, err := c.platform.Bot(ctx, set, token.Access)
	seen.Bot, seen.Domains, seen.BotTrouble = shape(bot), domains(bot.Domains), trouble(err)
}

func (c *Console) lookV2(ctx context.Context, set credential.Set, seen *check.Seen) {
	_, err := c.platform.Token(ctx, set)
	switch t := trouble(err); {
	case t.Reason == check.ScopeMissing:
		seen.MissingScopes, seen.Scopes = c.missing(ctx, set)
	case t.Any():
		seen.Token = t
		return
	}
	access, scope, err := c.reader(ctx, set, scopeBot, scopeRead)
	seen.NoBotScope = scope != scopeBot
	if seen.BotTrouble = trouble(err); err != nil {
		return
	}
	bot, _, err := c.platform.Bot(ctx, set, access)
	if seen.Bot, seen.BotTrouble = shape(bot), trouble(err); err != nil {
		return
	}
	found, err := c.platform.BotDomains(ctx, set, access)
	seen.Domains, seen.DomainTrouble = domains(found), trouble(err)
	if seen.DomainTrouble.Reason == check.Missing { // the bot was there a moment ago
		seen.DomainTrouble.Reason = check.Refused
	}
}

// lookUp asks about people, with a token of no more than look-ups need.
func (c *Console) lookUp(ctx context.Context, set credential.Set, people []string, seen *check.Seen) {
	if seen.Token.Any() {
		return
	}
	token, err := c.platform.TokenFor(ctx, set, lineworks.ScopePeople)
	if seen.Person = trouble(err); err != nil {
		return
	}
	if len(people) == 0 {
		_, seen.Person = c.person(ctx, token.Access, set.ServiceAccount)
		return
	}
	for _, who := range people {
		known, t := c.person(ctx, token.Access, who)
		seen.Asked++
		switch {
		case known:
			seen.Told, seen.Known = seen.Told+1, seen.Known+1
		case !t.Any():
			seen.Told++
		case t.Reason == check.Forbidden || t.Reason == check.Refused: // perhaps of this one alone
			seen.Person = t
		default:
			seen.Person = t
			return
		}
	}
}

// person asks about somebody: whether LINE WORKS knows them, and what was in the way. That it knows nobody such is no trouble.
func (c *Console) person(ctx context.Context, access credential.Secret, who string) (known bool, t check.Trouble) {
	_, _, err := c.platform.Person(ctx, access, who)
	if err != nil && lineworks.FailureOf(err).Nobody() {
		return false, check.Trouble{}
	}
	return err == nil, trouble(err)
}

// missing tries the scopes of every day one by one.
func (c *Console) missing(ctx context.Context, set credential.Set) ([]string, check.Trouble) {
	var out []string
	for _, scope := range lineworks.RunScopes() {
		_, err := c.platform.TokenFor(ctx, set, scope)
		switch t := trouble(err); {
		case t.Reason == check.ScopeMissing:
			out = append(out, scope)
		case t.Any():
			return nil, t
		}
	}
	return out, check.Trouble{}
}

func shape(b lineworks.Bot) check.Bot {
	return check.Bot{CallbackOn: b.CallbackOn, CallbackURL: b.CallbackURL, MessageTypes: b.MessageTypes, EventTypes: b.EventTypes, GroupRooms: b.GroupRooms}
}

func domains(all []lineworks.BotDomain) []check.Domain {
	var out []check.Domain
	for _, d := range all {
		out = append(out, check.Domain{Public: d.Public, SelectedOnly: d.SelectedOnly})
	}
	return out
}
