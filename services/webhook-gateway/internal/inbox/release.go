package inbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/audit"
	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/platform/seal"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/event"
)

// Why an event cannot be given back to be judged.
var (
	// ErrMissing means that the organization has no such event.
	ErrMissing = errors.New("inbox: no such event")
	// ErrNotQuarantined means that the event is not in quarantine and was never given back.
	ErrNotQuarantined = errors.New("inbox: the event is not in quarantine")
	// ErrNotReleasable means that the event would end in quarantine again.
	ErrNotReleasable = errors.New("inbox: what the event is in quarantine for does not pass")
	// ErrErased means that the body of the event is no longer there.
	ErrErased = errors.New("inbox: the body of the event is erased")
	// ErrAhead means that the event is still ahead of the database's clock.
	ErrAhead = errors.New("inbox: the event is still from the future")
	// ErrTwice means that the event has another row, which is judged by itself.
	ErrTwice = errors.New("inbox: the event was accepted another time")
	// ErrBotUnknown means that nobody can tell whether the event has another row.
	ErrBotUnknown = errors.New("inbox: the bot of the event is not known")
)

// Release says which event is given back, and for whom.
type Release struct {
	Tenant, ID string
	// Origin is the caller as the audit notes it; the schema refuses to give an event
	// back for nobody.
	Origin string
	// Bots tells the bots of a connection, by one of which an event of it came.
	Bots func(connection string) []string
}

// kept is an event as it is in quarantine, or not.
type kept struct {
	Accepted
	version  event.Version
	sealed   []byte
	ahead    bool
	released bool
}

// one reads the row of an event. Whether it is ahead the database's clock tells, as it
// does when the event comes in.
const one = columns + ` and i.id = @id::text::uuid`

const keptOf = `
select i.api_version, i.body, i.issued_at > clock_timestamp() + @ahead::float8 * interval '1 second', i.released_at is not null
  from gateway.inbox i
 where i.tenant_id = @tenant::text::uuid and i.id = @id::text::uuid`

// A row that ended its processes comes alone, as a suspect does: it may be guilty after all.
const release = `
update gateway.inbox i
   set outcome = 'PENDING', reason = '', person = @person, key = @key, done_at = null, due_at = i.received_at,
       attempts = @attempts, deferrals = 0, failures = 0, released_at = clock_timestamp()
 where i.tenant_id = @tenant::text::uuid and i.id = @id::text::uuid and i.outcome = 'QUARANTINED' and i.reason = @reason and i.body is not null`

// uniqueViolation is the SQLSTATE of a second row with the same key.
const uniqueViolation = "23505"

// Release gives an event that is in quarantine for no fault of its own back to be
// judged: it waits again, in the order of its person's events and with the time at
// which it was received, and whatever it was judged before by attendance is found by
// its key. An event that was given back before and is not in quarantine is returned as
// it is.
func (b *Inbox) Release(ctx context.Context, r Release) (Accepted, error) {
	found, err := b.keptEvent(ctx, r)
	if err != nil || found.Outcome != Quarantined && found.released {
		return found.Accepted, err
	}
	if err := found.releasable(); err != nil {
		return found.Accepted, err
	}
	args, err := b.revived(found, r)
	if err != nil {
		return found.Accepted, err
	}
	done, err := b.revive(ctx, r, args)
	if err != nil {
		return found.Accepted, err
	}
	found, err = b.keptEvent(ctx, r)
	if err == nil && !done && found.Outcome == Quarantined {
		err = found.releasable() // its body was erased meanwhile
	}
	return found.Accepted, err
}

// revive writes a row that waits again, and tells whether it was still in quarantine.
func (b *Inbox) revive(ctx context.Context, r Release, args pgx.NamedArgs) (done bool, err error) {
	err = b.Aside.InTx(ctx, postgres.Tenants(r.Tenant), func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select set_config('app.audit', $1, true)`, r.Origin); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, release, args)
		done = tag.RowsAffected() == 1
		return err
	})
	if postgres.Code(err) == uniqueViolation {
		err = ErrTwice
	}
	return done, err
}

func (b *Inbox) keptEvent(ctx context.Context, r Release) (found kept, err error) {
	args := pgx.NamedArgs{"tenant": r.Tenant, "id": r.ID, "ahead": event.MaxAhead.Seconds()}
	err = b.Aside.InTx(ctx, postgres.Tenants(r.Tenant), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, one, args)
		if err != nil {
			return err
		}
		if found.Accepted, err = pgx.CollectExactlyOneRow(rows, scanAccepted); err != nil {
			return err
		}
		return tx.QueryRow(ctx, keptOf, args).Scan(&found.version, &found.sealed, &found.ahead, &found.released)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrMissing
	}
	return found, err
}

// releasable tells why a row cannot be given back, or nothing.
func (k kept) releasable() error {
	switch {
	case k.Outcome != Quarantined:
		return ErrNotQuarantined
	case k.Reason != ReasonPoison && k.Reason != string(event.FutureTime):
		return ErrNotReleasable
	case k.sealed == nil:
		return ErrErased
	case k.ahead:
		return ErrAhead
	}
	return nil
}

// revived are the columns of a row that waits again. The schema forgot whose event it
// is, so the body tells it.
func (b *Inbox) revived(k kept, r Release) (pgx.NamedArgs, error) {
	body, err := b.Keys.Open(bodyContext(r.Tenant, k.ID), k.sealed)
	if errors.Is(err, seal.ErrAway) {
		return nil, err
	}
	d := Delivery{Tenant: r.Tenant, Connection: k.Connection}
	if err == nil {
		d.Event, err = event.Read(k.version, body)
	}
	if err != nil {
		return nil, ErrNotReleasable
	}
	args := pgx.NamedArgs{"tenant": r.Tenant, "id": k.ID, "reason": k.Reason, "key": k.Key, "attempts": trusted, "person": nil}
	if person := personOf(d); person != "" {
		args["person"] = []byte(person)
	}
	if k.Reason == string(event.FutureTime) {
		args["attempts"] = 0
		args["key"], err = ownKey(k, d, body, r.Bots(k.Connection))
	}
	return args, err
}

// ownKey is the key of an event from the future, which once was one of its own: under
// the key of the event another door may have accepted it, and would do so again.
func ownKey(k kept, d Delivery, body []byte, bots []string) ([]byte, error) {
	for _, bot := range bots {
		key, raw := event.KeyOf(d.Tenant, bot, d.Event), event.RawKey(d.Tenant, bot, body)
		if slices.Equal(k.Key, key[:]) || slices.Equal(k.Key, raw[:]) {
			return key[:], nil
		}
	}
	return nil, ErrBotUnknown
}

// trail is the audit of what was given back.
var trail = audit.Trail{Schema: "gateway"}

// AuditTrail lists who gave back which events of an organization, newest first.
func (b *Inbox) AuditTrail(ctx context.Context, tenant string, q audit.Query) (list []audit.Entry, err error) {
	err = b.Aside.InTx(ctx, postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error {
		list, err = trail.List(ctx, tx, tenant, q)
		return err
	})
	return list, err
}

// since is a time of a row, or zero.
func since(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}
