package inbox

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/dakoku/dakoku/platform/postgres"
)

const (
	// BodyKept is how long the body of a quarantined event stays after it was
	// received. Every other body is erased with the outcome.
	BodyKept = 90 * 24 * time.Hour

	// eraseDuty is the duty to erase bodies, see migration 0007.
	eraseDuty  = "erasure"
	eraseEvery = time.Hour
	eraseBatch = 500
)

// The rows are few and locked by nobody: a judged event changes no more.
const erase = `
with due as (
    select d.tenant_id, d.id from gateway.inbox d
     where d.outcome = 'QUARANTINED' and d.body is not null and d.received_at <= @before
     order by d.received_at
     limit @limit
       for update skip locked
)
update gateway.inbox i set body = null from due where i.tenant_id = due.tenant_id and i.id = due.id`

// The newest message of each organization, one look into an index each; messages in
// quarantine may say any time.
const bound = `
with recursive tenants as (
    (select tenant_id from gateway.inbox order by tenant_id limit 1)
    union all
    select n.tenant_id from tenants t
     cross join lateral (select i.tenant_id from gateway.inbox i where i.tenant_id > t.tenant_id order by i.tenant_id limit 1) n
)
select least(clock_timestamp(), max(n.issued_at))
  from tenants t
 cross join lateral (
       select i.issued_at from gateway.inbox i
        where i.tenant_id = t.tenant_id and i.outcome in ('RECORDED', 'IGNORED', 'REFUSED')
        order by i.issued_at desc
        limit 1) n`

// upTo is how far now may be believed when something is to be erased, which nothing
// brings back: no further than the database's clock, nor than that of the chat
// service, which signed when the newest judged message of the installation was sent.
// One that never judged a message has two clocks. So it is with the texts and records
// of attendance.
func (b *Inbox) upTo(ctx context.Context, now time.Time) (time.Time, error) {
	var until time.Time
	err := b.DB.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, bound).Scan(&until)
	})
	if now.Before(until) {
		return now, err
	}
	return until, err
}

// Erase erases at most 500 bodies of quarantined events that were received 90
// days before now or earlier, of any organization, and tells how many. An event
// that is not judged yet keeps its body, or its punch would be lost.
func (b *Inbox) Erase(ctx context.Context, now time.Time) (erased int64, err error) {
	until, err := b.upTo(ctx, now)
	if err != nil {
		return 0, err
	}
	err = b.DB.InTx(ctx, postgres.Worker(Migrations().DutyRole(eraseDuty)), func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, erase, pgx.NamedArgs{"before": until.Add(-BodyKept), "limit": eraseBatch})
		erased = tag.RowsAffected()
		return err
	})
	return erased, err
}

// RunErasure erases bodies that are over, at once and then every hour until ctx
// ends, which is no error.
func (b *Inbox) RunErasure(ctx context.Context, now func() time.Time) error {
	for {
		for erased := int64(eraseBatch); erased == eraseBatch; {
			var err error
			if erased, err = b.Erase(ctx, now()); err != nil && ctx.Err() == nil {
				b.Log.Warn("bodies that are over were not erased", zap.Error(err))
			}
			if erased > 0 {
				b.Log.Info("erased bodies of quarantined events", zap.Int64("events", erased))
			}
		}
		timer := time.NewTimer(eraseEvery + rand.N(eraseEvery/10))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}
