package evidence

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"
)

const (
	// leaseTime is longer than a page takes. Whoever dies is replaced after it.
	leaseTime = 30 * time.Second
	// poll is how often new facts are looked for, and every how often a chain that grew gets a checkpoint.
	poll, every = time.Second, 30 * time.Second
	// page is how many facts are sealed in one transaction.
	page = 256
)

// Standing is where a company's chain stands.
type Standing struct {
	Tenant                             string
	Position, Checkpoint, Checkpointed int64
}

// Lease is the right to lengthen a company's chain. Whoever takes it over raises the fence, and then this one changes
// nothing any more.
type Lease struct {
	Tenant string
	Fence  int64
}

// Store keeps chains. Each call is one transaction.
type Store interface {
	// Unsealed names companies with facts to seal; Chains tells where every chain stands.
	Unsealed(ctx context.Context) ([]string, error)
	Chains(ctx context.Context) ([]Standing, error)
	// Claim takes the lease; false when somebody else has it. By the database's clock.
	Claim(ctx context.Context, tenant string, lease time.Duration) (Lease, bool, error)
	Release(ctx context.Context, lease Lease) error
	// SealPage seals at most limit of the facts noted after an id, and returns the last id; done when there are no more.
	SealPage(ctx context.Context, lease Lease, after int64, limit int, prolong time.Duration) (last int64, done bool, err error)
	// MakeCheckpoint signs where the chain stands, if it grew and the last checkpoint is old enough.
	MakeCheckpoint(ctx context.Context, lease Lease, every time.Duration, sign func(Checkpoint) (Checkpoint, error)) error
	CheckpointsAfter(ctx context.Context, tenant string, number int64, limit int) ([]Checkpoint, error)
}

// Sealer seals facts after their commit, far from whoever made them. Several may run; each company has one at a time.
type Sealer struct {
	Store   Store
	Key     Signer
	Signers Signers
	Journal Journal
	Now     func() time.Time // dates announcements
	Log     *zap.Logger
	Every   time.Duration // between two checkpoints of a company; 0 is 30 seconds
}

// Run seals until ctx ends, which is no error. Trouble is logged and tried again.
func (s *Sealer) Run(ctx context.Context) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if err := s.Round(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("facts are not sealed yet", zap.Error(err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Round seals everything noted so far, signs where it is time, and brings the file up to date.
func (s *Sealer) Round(ctx context.Context) error {
	tenants, err := s.Store.Unsealed(ctx)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		if err := s.company(ctx, tenant, true); err != nil {
			return err
		}
	}
	return s.catchUp(ctx)
}

// company works on one chain under its lease.
func (s *Sealer) company(ctx context.Context, tenant string, facts bool) error {
	lease, got, err := s.Store.Claim(ctx, tenant, leaseTime)
	if err != nil || !got {
		return err
	}
	done := !facts
	for after := int64(0); !done; {
		if after, done, err = s.Store.SealPage(ctx, lease, after, page, leaseTime); err != nil {
			return err
		}
	}
	if err := s.Store.MakeCheckpoint(ctx, lease, s.every(), s.sign); err != nil {
		return err
	}
	return s.Store.Release(ctx, lease)
}

// sign completes a checkpoint. That its key signs is on the disk before: nobody sees a signature of an unknown key, even
// if processes with two keys take turns.
func (s *Sealer) sign(c Checkpoint) (Checkpoint, error) {
	return c.Sign(s.Key), s.Announce()
}

// Announce makes known that the sealer's key signs. The last key's loss is told once.
func (s *Sealer) Announce() error {
	again, err := s.Signers.Announce(s.Key, s.Now())
	if again && err == nil {
		s.Log.Warn("checkpoints are signed by another key from now on", zap.String("key", s.Key.ID()))
	}
	return err
}

func (s *Sealer) every() time.Duration {
	if s.Every == 0 {
		return every
	}
	return s.Every
}

// catchUp signs the chains that grew and got no checkpoint then, and writes to the file what it lacks.
func (s *Sealer) catchUp(ctx context.Context) error {
	chains, err := s.Store.Chains(ctx)
	if err != nil {
		return err
	}
	for _, c := range chains {
		if c.Position > c.Checkpointed {
			if err := s.company(ctx, c.Tenant, false); err != nil {
				return err
			}
		}
	}
	written, err := s.Journal.Last()
	if err != nil {
		return err
	}
	known, err := s.Signers.Read()
	if err != nil {
		return err
	}
	if chains, err = s.Store.Chains(ctx); err != nil {
		return err
	}
	for _, c := range chains {
		if err := s.write(ctx, c, known, written[c.Tenant]); err != nil {
			return err
		}
	}
	return nil
}

// write copies the company's checkpoints that the file does not have, if an announced key signed them: a checkpoint that
// somebody else put into the database stays there for the check to find.
func (s *Sealer) write(ctx context.Context, c Standing, known []Signature, written int64) error {
	for written < c.Checkpoint {
		fresh, err := s.Store.CheckpointsAfter(ctx, c.Tenant, written, page)
		if err != nil || len(fresh) == 0 {
			return err
		}
		var own []Checkpoint
		for _, f := range fresh {
			written = f.Number
			if slices.ContainsFunc(known, func(k Signature) bool { return f.SignedBy(k) }) {
				own = append(own, f)
			}
		}
		if err := s.Journal.Append(own); err != nil {
			return err
		}
	}
	return nil
}
