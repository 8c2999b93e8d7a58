package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/postgres"
)

// CorrectionVerb is what somebody does with a request.
type CorrectionVerb string

// The verbs.
const (
	ApproveCorrection  CorrectionVerb = "approve"
	RejectCorrection   CorrectionVerb = "reject"
	WithdrawCorrection CorrectionVerb = "withdraw"
)

// leadsTo is the state of a request after the verb.
func (v CorrectionVerb) leadsTo() string {
	switch v {
	case ApproveCorrection:
		return CorrectionApproved
	case RejectCorrection:
		return CorrectionRejected
	case WithdrawCorrection:
		return CorrectionWithdrawn
	}
	return CorrectionRequested
}

// CorrectionWish is who wants what to become of which request.
type CorrectionWish struct {
	Tenant, ID     string
	Only           string // the one employee whose requests are found; empty: everybody's
	Verb           CorrectionVerb
	Actor, Comment string
	Corrects       string // id of the punch to take the place of; empty: what the request says
}

const insertCorrectionDecision = `
insert into attendance.correction_decisions (tenant_id, request_id, verb, corrects, actor, comment, decided_at)
values (@tenant, @id, @verb, @corrects, @actor, @comment, @now)`

// DecideCorrection locks the employee, lets decide look at the request, at what is around it and at the punch it takes
// the place of, if any, and stores the decision. The punch that decide gives is recorded, and the other one voided. A
// request that was decided before is a Precondition fault CORRECTION_REQUEST_DECIDED.
func (s *Store) DecideCorrection(ctx context.Context, wish CorrectionWish,
	decide func(Near, Correction, *Punch) (*NewPunch, error),
) (decided Correction, err error) {
	err = s.in(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if decided, err = oneCorrection(ctx, tx, wish.Tenant, wish.ID, wish.Only); err != nil {
			return err
		}
		if decided.State != CorrectionRequested {
			return correctionDecided(decided.State)
		}
		if wish.Corrects != "" {
			decided.Corrects = wish.Corrects
		}
		corrects := decided.Corrects
		if wish.Verb != ApproveCorrection {
			corrects = ""
		}
		near, old, err := s.nearBoth(ctx, tx, wish.Tenant, decided.Employee, decided.Wanted, corrects)
		if err != nil {
			return err
		}
		if old != nil {
			decided.Replaced = replaced(old)
		}
		made, err := decide(near, decided, old)
		if err != nil {
			return err
		}
		decided.State, decided.Decided, decided.Decider, decided.Comment = wish.Verb.leadsTo(), s.now(), wish.Actor, wish.Comment
		return s.storeCorrectionDecision(ctx, tx, wish, decided, old, made)
	}, wish.Tenant)
	switch postgres.Constraint(err) {
	case "correction_decisions_pkey": // decided while this one waited for the lock
		return s.DecideCorrection(ctx, wish, decide)
	case "punch_voids_pkey":
		err = PunchVoided()
	}
	return decided, err
}

func (s *Store) storeCorrectionDecision(ctx context.Context, tx pgx.Tx, wish CorrectionWish, decided Correction, old *Punch, made *NewPunch) error {
	args := pgx.NamedArgs{
		"tenant": wish.Tenant, "id": decided.ID, "verb": string(wish.Verb), "corrects": nil, "actor": wish.Actor, "comment": wish.Comment,
		"now": decided.Decided,
	}
	if old != nil {
		args["corrects"] = old.ID
	}
	_, err := tx.Exec(ctx, insertCorrectionDecision, args)
	switch {
	case err != nil || made == nil:
		return err
	case old == nil:
		return storePunch(ctx, tx, *made, decided.Decided)
	}
	voided := *old
	voided.Void = Void{wish.Actor, decided.Reason, decided.Decided}
	return storeVoid(ctx, tx, wish.Tenant, voided, made)
}

func correctionDecided(state string) error {
	return fault.New(fault.Precondition, "CORRECTION_REQUEST_DECIDED", fault.Text{
		JA: "この修正申請はすでに承認・却下または取下げされています。", EN: "The correction request was approved, rejected or withdrawn before.",
	}).With("state", state)
}
