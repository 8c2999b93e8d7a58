package directory

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/dakoku/dakoku/services/integration/internal/access"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/vault"
)

const (
	// soon is when to ask again after trouble that may pass quickly, later
	// after trouble that needs a person.
	soon  = 2 * time.Second
	later = 30 * time.Second
	// lookupLimit bounds one look-up, its access token included.
	lookupLimit = 10 * time.Second
	// patience is how long an answer waits for look-ups; they go on and the
	// next question finds them. It is short, because those who need no look-up
	// wait in the same answer.
	patience = 1500 * time.Millisecond
)

// Resolve answers in the order of senders. The error is the store's; trouble of
// LINE WORKS is Pending for the senders concerned. Organizations are resolved
// beside each other: the trouble of one must not use up the time of the next.
func (r *Resolver) Resolve(ctx context.Context, senders []Sender) ([]Answer, error) {
	answers := make([]Answer, len(senders))
	var all errgroup.Group
	for tenant, places := range byTenant(senders) {
		all.Go(func() error { return r.resolve(ctx, tenant, senders, places, answers) })
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	return answers, nil
}

func byTenant(senders []Sender) map[string][]int {
	out := map[string][]int{}
	for i, s := range senders {
		out[s.Tenant] = append(out[s.Tenant], i)
	}
	return out
}

func (r *Resolver) resolve(ctx context.Context, tenant string, senders []Sender, places []int, answers []Answer) error {
	known, err := r.store.People(ctx, tenant, question(senders, places))
	if err != nil {
		return err
	}
	asked := map[Sender]error{}
	for _, i := range places {
		answer, ask := known.decide(senders[i], r.now())
		answers[i] = answer
		if ask {
			asked[senders[i]] = nil
		}
	}
	if len(asked) > 0 {
		r.askAll(ctx, asked)
		if known, err = r.store.People(ctx, tenant, question(senders, places)); err != nil {
			return err
		}
		for _, i := range places {
			if trouble, was := asked[senders[i]]; was {
				answers[i] = afterAsking(known, senders[i], r.now(), trouble)
			}
		}
	}
	return nil
}

// afterAsking trusts what is remembered about a linked person even when LINE
// WORKS is away; "nobody" is only said when it was heard just now.
func afterAsking(known Known, s Sender, now time.Time, trouble error) Answer {
	answer, _ := known.decide(s, now)
	if trouble == nil || answer.State == Linked || answer.State == Inactive {
		return answer
	}
	return Answer{State: Pending, RetryAfter: retryAfter(trouble)}
}

func question(senders []Sender, places []int) Question {
	var q Question
	for _, i := range places {
		s := senders[i]
		q.Connections = append(q.Connections, s.Connection)
		q.Accounts = append(q.Accounts, Key(s.User))
		if s.Version == credential.V2 {
			q.Users = append(q.Users, s.User)
		}
	}
	return q
}

// askAll asks about every sender at once and notes each one's trouble.
func (r *Resolver) askAll(ctx context.Context, asked map[Sender]error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	senders := make([]Sender, 0, len(asked))
	for s := range asked {
		senders = append(senders, s)
	}
	for _, s := range senders {
		all.Go(func() {
			err := r.ask(ctx, s)
			mu.Lock()
			defer mu.Unlock()
			asked[s] = err
		})
	}
	all.Wait()
}

// ask joins the look-up of the user that is under way, or starts one. The
// look-up lives on when this caller gives up.
func (r *Resolver) ask(ctx context.Context, s Sender) error {
	done := r.flights.DoChan(s.Tenant+"|"+s.User, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupLimit)
		defer cancel()
		select {
		case r.slots <- struct{}{}:
			defer func() { <-r.slots }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return nil, r.attempt(ctx, s)
	})
	select {
	case result := <-done:
		return result.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refused is the code of a look-up that is not made because others were refused.
const refused = "LOOK_UPS_REFUSED"

// attempt makes the look-up unless that would be in vain, and notes what came of it.
// A refusal is noted for all processes, anything else for this one.
func (r *Resolver) attempt(ctx context.Context, s Sender) error {
	if trouble := r.holds.check(s, r.now()); trouble != nil {
		return trouble
	}
	seen, wait, err := r.store.BeginLookUp(ctx, s.Tenant, s.Connection, s.User)
	if err != nil {
		return err
	}
	if wait > 0 { // somebody may mend it any moment
		return &lineworks.Failure{Class: lineworks.RateLimited, Code: refused, Reset: min(wait, later)}
	}
	own, err := r.lookUp(ctx, s)
	v := weigh(seen, s.User, own, err)
	if v.Refused() || err == nil && !seen.sound() {
		r.settle(context.WithoutCancel(ctx), s, seen, v)
	}
	if !v.Refused() {
		r.holds.note(s, r.now(), err)
	}
	return err
}

// settle notes an answer and writes down what an administrator should know. What
// could not be noted comes with the next answer again.
func (r *Resolver) settle(ctx context.Context, s Sender, seen Standing, v Verdict) {
	changed, err := r.store.SettleLookUp(ctx, s.Tenant, s.Connection, s.User, seen, v)
	fields := []zap.Field{zap.String("tenant", s.Tenant), zap.String("connection", s.Connection)}
	why := append(slices.Clone(fields), zap.String("reason", string(v.Cause.Reason)), zap.String("code", v.Cause.Code), zap.Duration("rest", v.Close))
	switch {
	case err != nil:
		r.log.Warn("the answer to a look-up was not noted", append(fields, zap.Error(err))...)
	case changed == connection.Broken:
		r.log.Warn("LINE WORKS refuses the keys at a look-up; the connection is broken", why...)
	case v.Refused():
		r.log.Warn("LINE WORKS refuses a look-up", why...)
	case changed == connection.Active, seen.Refused > 0:
		r.log.Info("LINE WORKS answers look-ups again", fields...)
	}
}

// lookUp asks LINE WORKS about a sender. If another person is linked with the
// login id, it asks about that person, too: whoever had it was renamed, which the
// link follows, or is gone, which says that the account was created anew. Whom the
// sender is linked as hangs on neither, so a refusal that may be of that person alone is no
// trouble of the sender's, nor of the connection's, which was answered. own tells that the
// keys are those which the connection sends with.
func (r *Resolver) lookUp(ctx context.Context, s Sender) (own bool, err error) {
	sets, err := r.store.SealedKeys(ctx, s.Tenant, s.Connection)
	if err != nil {
		return false, err
	}
	own = len(sets) > 0 && sets[0].Version == credential.V2
	rival, err := r.learn(ctx, s, sets, s.User)
	if err != nil || rival == "" {
		return own, err
	}
	_, err = r.learn(ctx, s, sets, rival)
	if weigh(Standing{}, rival, own, err).Apart > 0 {
		return own, nil
	}
	return own, err
}

// learn asks about one person and remembers; "no such user" is an answer, too.
func (r *Resolver) learn(ctx context.Context, s Sender, sets []vault.Sealed, user string) (rival string, err error) {
	m, err := r.person(ctx, s, sets, user, r.store.SpendCall)
	gone := err != nil && lineworks.FailureOf(err).Nobody()
	if err != nil && !gone {
		return "", err
	}
	return r.store.Remember(ctx, s.Tenant, user, Remembered{LoginID: m.LoginID, Gone: gone, Checked: r.now(), Connection: s.Connection, Rival: user != s.User})
}

// spend takes a call out of a budget; a positive wait: it has none for so long.
type spend func(ctx context.Context, tenant, connection string, api lineworks.API) (wait time.Duration, err error)

// person asks with keys of API 2.0, which name people by userId, also while
// they are only staged.
func (r *Resolver) person(ctx context.Context, s Sender, sets []vault.Sealed, who string, take spend) (lineworks.Member, error) {
	at := slices.IndexFunc(sets, func(k vault.Sealed) bool { return k.Version == credential.V2 })
	if at < 0 {
		return lineworks.Member{}, &lineworks.Failure{Class: lineworks.Forbidden, Code: noV2}
	}
	grant, err := r.tokens.Token(ctx, sets[at])
	if err != nil {
		return lineworks.Member{}, err
	}
	m, err := r.call(ctx, s, grant, who, take)
	if err == nil || lineworks.FailureOf(err).Class != lineworks.Unauthorized {
		return m, err
	}
	if grant, err = r.tokens.Renew(ctx, sets[at], grant); err != nil {
		return lineworks.Member{}, err
	}
	return r.call(ctx, s, grant, who, take)
}

// noBudget is the code of a look-up that would go beyond the platform's limit.
const noBudget = "NO_BUDGET"

// call makes one call, the repeated one too, out of the connection's budget. The
// limit that could not be noted comes with the next answer again.
func (r *Resolver) call(ctx context.Context, s Sender, grant access.Grant, who string, take spend) (lineworks.Member, error) {
	wait, err := take(ctx, s.Tenant, s.Connection, lineworks.People)
	if err != nil {
		return lineworks.Member{}, err
	}
	if wait > 0 {
		return lineworks.Member{}, &lineworks.Failure{Class: lineworks.RateLimited, Code: noBudget, Reset: wait}
	}
	m, rate, err := r.platform.Person(ctx, grant.Access, who)
	_ = r.store.LearnCalls(context.WithoutCancel(ctx), s.Tenant, s.Connection, lineworks.People, rate)
	return m, err
}
