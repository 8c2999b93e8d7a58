package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/postgres"
	"github.com/dakoku/dakoku/services/attendance/internal/evidence"
)

// errFenced ends the work of a sealer whose lease somebody else has taken over.
var errFenced = errors.New("the lease of the chain went to another process")

// Unsealed names companies with facts to seal.
func (s *Store) Unsealed(ctx context.Context) (tenants []string, err error) {
	err = s.db.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select distinct tenant_id::text from attendance.evidence_todo`)
		if err != nil {
			return err
		}
		tenants, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return tenants, err
}

// Chains tells where every company's chain stands.
func (s *Store) Chains(ctx context.Context) (chains []evidence.Standing, err error) {
	err = s.db.InTx(ctx, postgres.Worker(Migrations().WorkerRole()), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select tenant_id::text, position, checkpoint, checkpointed from attendance.evidence_chains`)
		if err != nil {
			return err
		}
		chains, err = pgx.CollectRows(rows, pgx.RowToStructByPos[evidence.Standing])
		return err
	})
	return chains, err
}

const claimChain = `
insert into attendance.evidence_chains as c (tenant_id, position, head, checkpoint, checkpointed, checked_at, fence, lease_until)
values (@tenant, 0, ''::bytea, 0, 0, 'epoch', 1, now() + @lease::interval)
on conflict (tenant_id) do update set fence = c.fence + 1, lease_until = now() + @lease::interval where c.lease_until <= now()
returning c.fence`

// Claim takes the lease of a company's chain by the database's clock; false when somebody else has it.
func (s *Store) Claim(ctx context.Context, tenant string, lease time.Duration) (evidence.Lease, bool, error) {
	l := evidence.Lease{Tenant: tenant}
	err := s.db.InTx(ctx, postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, claimChain, pgx.NamedArgs{"tenant": tenant, "lease": lease}).Scan(&l.Fence)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// Release gives the lease back; one that was lost is none.
func (s *Store) Release(ctx context.Context, l evidence.Lease) error {
	return s.db.InTx(ctx, postgres.Tenants(l.Tenant), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update attendance.evidence_chains set lease_until = now() where tenant_id = $1 and fence = $2`, l.Tenant, l.Fence)
		return err
	})
}

// held locks the chain for the holder of the lease.
func held(ctx context.Context, tx pgx.Tx, l evidence.Lease) (c evidence.Checkpoint, head []byte, checkpointed int64, checked time.Time, err error) {
	c.Tenant = l.Tenant
	err = tx.QueryRow(ctx, `select position, head, checkpoint, checkpointed, checked_at, clock_timestamp()::timestamptz(3)
	   from attendance.evidence_chains where tenant_id = $1 and fence = $2 for update`, l.Tenant, l.Fence).
		Scan(&c.Position, &head, &c.Number, &checkpointed, &checked, &c.At)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errFenced
	}
	return c, head, checkpointed, checked, err
}

const insertSeals = `
insert into attendance.evidence_seals (tenant_id, position, fact, key, subject, form, salt, leaf, text_salt, text_leaf, sealed_at, link)
select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[], $11::timestamptz[], $12::bytea[])`

// SealPage seals at most limit of the facts noted after an id, in the order in which they were noted. Only if one turns
// out to be sealed already are the seals of all of them looked for.
func (s *Store) SealPage(ctx context.Context, l evidence.Lease, after int64, limit int, prolong time.Duration) (last int64, done bool, err error) {
	last, done, err = s.sealPage(ctx, l, after, limit, false, prolong)
	if postgres.Constraint(err) == "evidence_seals_fact_key" {
		return s.sealPage(ctx, l, after, limit, true, prolong)
	}
	return last, done, err
}

func (s *Store) sealPage(ctx context.Context, l evidence.Lease, after int64, limit int, look bool, prolong time.Duration) (last int64, done bool, err error) {
	err = s.db.InTx(ctx, postgres.Tenants(l.Tenant), func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, byIndexOnly); err != nil {
			return err
		}
		chain, head, _, _, err := held(ctx, tx, l)
		if err != nil {
			return err
		}
		noted, err := notedAfter(ctx, tx, l.Tenant, after, limit)
		if err != nil {
			return err
		}
		if done = len(noted) < limit; len(noted) == 0 {
			return nil
		}
		last = noted[len(noted)-1].ID
		seals, ids, err := sealsOf(ctx, tx, l.Tenant, noted, look, s.now()) // the clock of the tombstones, which are compared
		if err != nil {
			return err
		}
		link := evidence.Hash{}
		copy(link[:], head)
		for i := range seals {
			seals[i].Position = chain.Position + int64(i) + 1
			link = seals[i].LinkAfter(link, l.Tenant)
			seals[i].Link = link
		}
		return keepSeals(ctx, tx, l, seals, ids, chain.Position+int64(len(seals)), link, prolong)
	})
	return last, done, err
}

// crossOff names the stretch of the queue that the notes are in: by the list alone every note that waits is read and
// compared with all of the list, in a rush thousands for each page. Within the stretch are notes that are not meant, of
// transactions that commit late and of rows that are not there.
const crossOff = `
delete from attendance.evidence_todo
 where tenant_id = $1 and id = any ($2::bigint[])
   and id between (select min(w.id) from unnest($2::bigint[]) as w (id)) and (select max(w.id) from unnest($2::bigint[]) as w (id))`

func keepSeals(ctx context.Context, tx pgx.Tx, l evidence.Lease, seals []evidence.Seal, ids []int64, position int64, head evidence.Hash, prolong time.Duration) error {
	batch := &pgx.Batch{}
	if len(seals) > 0 {
		batch.Queue(insertSeals, sealArgs(l.Tenant, seals)...)
		batch.Queue(`update attendance.evidence_chains set position = $3, head = $4, lease_until = now() + $5::interval where tenant_id = $1 and fence = $2`,
			l.Tenant, l.Fence, position, head[:], prolong)
	}
	batch.Queue(crossOff, l.Tenant, ids)
	return tx.SendBatch(ctx, batch).Close()
}

// sealArgs are the arguments of insertSeals.
func sealArgs(tenant string, seals []evidence.Seal) []any {
	return []any{
		tenant,
		column(seals, func(s *evidence.Seal) int64 { return s.Position }),
		column(seals, func(s *evidence.Seal) string { return s.Fact }),
		column(seals, func(s *evidence.Seal) string { return s.Key }),
		column(seals, func(s *evidence.Seal) string { return s.Subject }),
		column(seals, func(s *evidence.Seal) int16 { return s.Form }),
		column(seals, func(s *evidence.Seal) []byte { return s.Salt }),
		column(seals, func(s *evidence.Seal) []byte { return s.Leaf }),
		column(seals, func(s *evidence.Seal) []byte { return s.TextSalt }),
		column(seals, func(s *evidence.Seal) []byte { return s.TextLeaf }),
		column(seals, func(s *evidence.Seal) time.Time { return s.At }),
		column(seals, func(s *evidence.Seal) []byte { return s.Link[:] }),
	}
}

// MakeCheckpoint signs where the chain stands, if it grew and the last checkpoint is old enough.
func (s *Store) MakeCheckpoint(ctx context.Context, l evidence.Lease, every time.Duration, sign func(evidence.Checkpoint) (evidence.Checkpoint, error)) error {
	return s.db.InTx(ctx, postgres.Tenants(l.Tenant), func(ctx context.Context, tx pgx.Tx) error {
		c, head, checkpointed, checked, err := held(ctx, tx, l)
		if err != nil || c.Position == checkpointed || c.At.Before(checked.Add(every)) {
			return err
		}
		c.Number, c.Head = c.Number+1, head
		if c, err = sign(c); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue(`insert into attendance.evidence_checkpoints (tenant_id, number, position, head, made_at, key_id, signature)
			values ($1, $2, $3, $4, $5, $6, $7)`, c.Tenant, c.Number, c.Position, c.Head, c.At, c.Key, c.Signature)
		batch.Queue(`update attendance.evidence_chains set checkpoint = $3, checkpointed = $4, checked_at = $5 where tenant_id = $1 and fence = $2`,
			l.Tenant, l.Fence, c.Number, c.Position, c.At)
		return tx.SendBatch(ctx, batch).Close()
	})
}

const checkpointColumns = `tenant_id::text, number, position, head, made_at, key_id, signature`

// CheckpointsAfter reads a company's checkpoints behind a number.
func (s *Store) CheckpointsAfter(ctx context.Context, tenant string, number int64, limit int) (list []evidence.Checkpoint, err error) {
	err = s.db.InTx(ctx, postgres.Tenants(tenant), func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+checkpointColumns+` from attendance.evidence_checkpoints
			where tenant_id = $1 and number > $2 order by number limit $3`, tenant, number, limit)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[evidence.Checkpoint])
		return err
	})
	return list, err
}

// lastCheckpoint is the company's newest; the zero checkpoint before the first.
func lastCheckpoint(ctx context.Context, tx pgx.Tx, tenant string) (evidence.Checkpoint, error) {
	rows, err := tx.Query(ctx, `select `+checkpointColumns+` from attendance.evidence_checkpoints
		where tenant_id = $1 order by number desc limit 1`, tenant)
	if err != nil {
		return evidence.Checkpoint{}, err
	}
	last, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[evidence.Checkpoint])
	if errors.Is(err, pgx.ErrNoRows) {
		return evidence.Checkpoint{}, nil
	}
	return last, err
}
