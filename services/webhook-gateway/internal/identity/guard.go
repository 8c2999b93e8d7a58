package identity

import (
	"context"
	"net/netip"
	"strings"
	"time"
)

// guard is the counters that one attempt to prove a password counts at: the
// network address, the account from this address, and the account from
// everywhere. Somebody who has logged in from an address before is not held up
// by strangers who guess elsewhere, so nobody can lock an owner out.
type guard struct {
	desk                   *Desk
	address, pair, account []byte // keys
	taken                  []taken
}

// taken is a counter at which an attempt was counted.
type taken struct {
	key           []byte
	before, after time.Time // no attempt until: without this one, and with it
}

// newGuard names the counters; unknown accounts have the same. No name has a NUL in
// it, which stands between name and network: it would name the counter of somebody
// else at an address.
func (d *Desk) newGuard(emailKey string, place Place) *guard {
	from := network(place.Address)
	emailKey = strings.ReplaceAll(emailKey, "\x00", "\ufffd")
	return &guard{
		desk: d, address: Hash("address:" + from),
		pair: Hash("login:" + emailKey + "\x00" + from), account: Hash("login:" + emailKey),
	}
}

// network is what counts as one place: an IPv4 address, or the /64 that an
// IPv6 customer gets.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if block, err := ip.Prefix(64); err == nil {
			return block.String()
		}
	}
	return ip.String()
}

// admit counts one attempt in advance; a Fault TOO_MANY_ATTEMPTS forbids it.
func (g *guard) admit(ctx context.Context) error {
	if _, err := g.take(ctx, g.address, perAddress); err != nil {
		return err
	}
	known, err := g.take(ctx, g.pair, perAccount)
	if err != nil || known {
		return err
	}
	_, err = g.take(ctx, g.account, perAccount)
	return err
}

func (g *guard) take(ctx context.Context, key []byte, r rule) (proven bool, err error) {
	now := g.desk.now()
	var wait time.Duration
	var counted taken
	err = g.desk.store.ChangeAttempts(ctx, key, func(a Attempts) Attempts {
		before := a.Until
		a, wait = r.take(a, now)
		counted = taken{key, before, a.Until}
		proven = a.proven(now)
		return a
	})
	switch {
	case err != nil:
	case wait > 0:
		err = tooMany(wait)
	default:
		g.taken = append(g.taken, counted)
	}
	return proven, err
}

// returned gives an attempt back that nobody judged, where it was counted.
func (g *guard) returned(ctx context.Context) error {
	for _, t := range g.taken {
		err := g.desk.store.ChangeAttempts(ctx, t.key, func(a Attempts) Attempts {
			a.Failures = max(0, a.Failures-1)
			if a.Until.Sub(t.after).Abs() < time.Millisecond { // nobody has tried since; the database keeps milliseconds
				a.Until = t.before
			}
			return a
		})
		if err != nil {
			return err
		}
	}
	g.taken = nil
	return nil
}

// passed takes the attempt back: password and code were right.
func (g *guard) passed(ctx context.Context) error {
	now := g.desk.now()
	err := g.desk.store.ChangeAttempts(ctx, g.address, Attempts.giveBack)
	if err == nil {
		err = g.desk.store.ChangeAttempts(ctx, g.pair, func(Attempts) Attempts { return succeeded(now) })
	}
	if err != nil {
		return err
	}
	return g.desk.store.ForgetAttempts(ctx, g.account)
}
