package directory

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/services/integration/internal/credential"
	"github.com/dakoku/dakoku/services/integration/internal/lineworks"
)

// WhoIs asks LINE WORKS about the person who has a login id or a userId, out of
// what the look-ups of punches leave of their budget, and not while those have trouble. Nothing is remembered,
// a refusal neither: it is for a punch to find out that look-ups are refused. The error
// is trouble of LINE WORKS or of the store.
func (r *Resolver) WhoIs(ctx context.Context, tenant, connection, account string) (lineworks.Member, error) {
	s := Sender{Tenant: tenant, Connection: connection, Version: credential.V2, User: account}
	if trouble := r.holds.check(s, r.now()); trouble != nil {
		return lineworks.Member{}, unasked(trouble)
	}
	ctx, cancel := context.WithTimeout(ctx, lookupLimit)
	defer cancel()
	sets, err := r.store.SealedKeys(ctx, tenant, connection)
	if err != nil {
		return lineworks.Member{}, err
	}
	m, err := r.person(ctx, s, sets, account, r.store.SpendSpare)
	return m, unasked(err)
}

// unasked tells that nobody was asked for want of keys from a refusal of LINE WORKS,
// which is an answer about the person.
func unasked(trouble error) error {
	if trouble != nil && lineworks.FailureOf(trouble).Code == noV2 {
		return &lineworks.Failure{Class: lineworks.Temporary, Code: noV2}
	}
	return trouble
}

// RetryAfter is when asking again can help after trouble of WhoIs.
func RetryAfter(trouble error) time.Duration { return retryAfter(trouble) }
