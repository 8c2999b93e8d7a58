package naming

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// round asks about a batch of an organization's links, by one connection after another.
type round struct {
	*Worker
	tenant string
	claim  Claim
	open   []link.Link    // whose people are not named
	told   map[string]int // by employee: how many connections have answered and do not know the person
	asked  int            // questions
	moved  bool           // somebody was named, or is not asked about again
	vain   bool           // a connection was asked about everybody who is open
	rest   time.Duration  // until trouble is over that passes
}

// ask asks about some people, and answers how long to rest.
func (w *Worker) ask(ctx context.Context, tenant string, claim Claim, links []link.Link) (time.Duration, error) {
	r := &round{Worker: w, tenant: tenant, claim: claim, open: links, told: map[string]int{}}
	for _, conn := range claim.By {
		if err := r.by(ctx, conn); err != nil {
			return 0, err
		}
	}
	if err := r.leave(ctx); err != nil {
		return 0, err
	}
	return r.rests(), nil
}

// by asks one connection about everybody who is not named yet, until there is trouble that
// says nothing of the person: that is the connection's, and the others are asked all the
// same. What people are refused for may be the fault of the app: it is their own when
// somebody behind them is answered.
func (r *round) by(ctx context.Context, conn string) error {
	var open, refused []link.Link
	for i, l := range r.open {
		m, trouble := r.who(ctx, conn, l.Account)
		if waits(trouble) {
			r.await(conn, trouble)
			r.open = append(open, r.open[i:]...)
			return nil
		}
		if found := (link.Member{User: m.User, LoginID: m.LoginID, Active: m.Active}); trouble == nil && found.Is(l.Account) {
			if err := r.store.Name(ctx, r.tenant, conn, l, found); err != nil {
				return err
			}
			r.moved = true
		} else {
			open, refused = append(open, l), append(refused, l)
		}
		if answers(trouble) {
			r.tell(refused)
			refused = nil
		}
	}
	r.open, r.vain = open, true
	return r.conclude(ctx, conn, refused)
}

// conclude finds out whether those who were refused last are so for their own sake:
// somebody whom LINE WORKS has named before is asked about.
func (r *round) conclude(ctx context.Context, conn string, refused []link.Link) error {
	if len(refused) == 0 {
		return nil
	}
	known, err := r.store.Named(ctx, r.tenant, conn, 1)
	if err != nil || len(known) == 0 {
		return err
	}
	switch _, trouble := r.who(ctx, conn, known[0]); {
	case answers(trouble):
		r.tell(refused)
	case waits(trouble):
		r.await(conn, trouble)
	}
	return nil
}

// leave asks no more about those whom no LINE WORKS of the organization knows. As long as
// one of them cannot be asked, or tells nothing, it may be the one that does.
func (r *round) leave(ctx context.Context) error {
	for _, l := range r.open {
		if r.claim.Silent || r.told[l.Employee] < len(r.claim.By) {
			continue
		}
		if err := r.store.Name(ctx, r.tenant, r.claim.By[0], l, link.Member{}); err != nil {
			return err
		}
		r.moved = true
	}
	return nil
}

// rests is how long the organization rests. When nothing came of asking about everybody,
// it does so for as long as the last of them has been linked, within bounds.
func (r *round) rests() time.Duration {
	rest := max(r.rest, time.Duration(r.asked)*each)
	if r.moved || !r.vain {
		return rest
	}
	last := r.open[0].Created
	for _, l := range r.open {
		if l.Created.After(last) {
			last = l.Created
		}
	}
	return max(rest, min(max(r.now().Sub(last), refuse), longest))
}

func (r *round) who(ctx context.Context, conn, account string) (lineworks.Member, error) {
	r.asked++
	return r.people.WhoIs(ctx, r.tenant, conn, account)
}

func (r *round) await(conn string, trouble error) {
	r.rest = max(r.rest, rest(trouble))
	r.log.Info("who was linked is asked about later", zap.String("tenant", r.tenant), zap.String("connection", conn), zap.Error(trouble))
}

// tell notes that a connection does not know some people.
func (r *round) tell(people []link.Link) {
	for _, l := range people {
		r.told[l.Employee]++
	}
}
