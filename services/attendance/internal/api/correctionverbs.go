package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/glyph"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
)

// ApproveCorrectionRequest records the punch that was asked for.
func (a *Admin) ApproveCorrectionRequest(ctx context.Context, req *attendancev1.ApproveCorrectionRequestRequest) (*attendancev1.ApproveCorrectionRequestResponse, error) {
	decided, err := a.decideCorrection(ctx, correctionWish(req, store.ApproveCorrection, req.GetCorrects()), a.approved)
	if err != nil {
		return nil, err
	}
	return &attendancev1.ApproveCorrectionRequestResponse{CorrectionRequest: decided}, nil
}

// RejectCorrectionRequest decides that nothing is recorded.
func (a *Admin) RejectCorrectionRequest(ctx context.Context, req *attendancev1.RejectCorrectionRequestRequest) (*attendancev1.RejectCorrectionRequestResponse, error) {
	decided, err := a.decideCorrection(ctx, correctionWish(req, store.RejectCorrection, ""), unrecorded)
	if err != nil {
		return nil, err
	}
	return &attendancev1.RejectCorrectionRequestResponse{CorrectionRequest: decided}, nil
}

// WithdrawCorrectionRequest takes a request back.
func (a *Admin) WithdrawCorrectionRequest(ctx context.Context, req *attendancev1.WithdrawCorrectionRequestRequest) (*attendancev1.WithdrawCorrectionRequestResponse, error) {
	decided, err := a.decideCorrection(ctx, correctionWish(req, store.WithdrawCorrection, ""), unrecorded)
	if err != nil {
		return nil, err
	}
	return &attendancev1.WithdrawCorrectionRequestResponse{CorrectionRequest: decided}, nil
}

func correctionWish(req interface {
	GetCorrectionRequest() string
	GetComment() string
}, verb store.CorrectionVerb, corrects string,
) store.CorrectionWish {
	return store.CorrectionWish{ID: correctionID(req.GetCorrectionRequest()), Verb: verb, Comment: req.GetComment(), Corrects: punchID(corrects)}
}

// outcomeOf is what a decision records of a request.
type outcomeOf func(c rpc.Caller, near store.Near, asked store.Correction, old *store.Punch) (*store.NewPunch, error)

func (a *Admin) decideCorrection(ctx context.Context, wish store.CorrectionWish, decide outcomeOf) (*attendancev1.CorrectionRequest, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if wish.Comment, err = readComment(wish.Comment); err != nil {
		return nil, err
	}
	if wish.Verb == store.RejectCorrection && !glyph.Any(wish.Comment) {
		return nil, rejectionComment()
	}
	wish.Tenant, wish.Only, wish.Actor = c.Tenant, c.Only(), actor(c)
	decided, err := a.store.DecideCorrection(ctx, wish, func(near store.Near, asked store.Correction, old *store.Punch) (*store.NewPunch, error) {
		return decide(c, near, asked, old)
	})
	if err != nil {
		return nil, err
	}
	return correctionMessage(decided), nil
}

// unrecorded is what a rejection and a withdrawal record.
func unrecorded(rpc.Caller, store.Near, store.Correction, *store.Punch) (*store.NewPunch, error) {
	return nil, nil //nolint:nilnil // nothing is recorded
}

// approved makes the punch of a request, with its reason and in the name of who approves it, who is not who asked.
func (a *Admin) approved(c rpc.Caller, near store.Near, asked store.Correction, old *store.Punch) (*store.NewPunch, error) {
	if asked.Employee == c.Employee || asked.Actor == actor(c) {
		return nil, ownCorrection()
	}
	wanted := manual{tenant: c.Tenant, actor: actor(c), now: a.store.Now(), kind: asked.Kind, at: asked.Wanted, reason: asked.Reason, request: asked.ID}
	made, err := wanted.instead(near, old)
	return &made, err
}

func ownCorrection() error {
	return fault.New(fault.Precondition, "OWN_CORRECTION_REQUEST", fault.Text{
		JA: "ご自身の修正申請は承認できません。ほかのマネージャーまたは管理者に承認を依頼してください。",
		EN: "Nobody approves a correction that he or she asked for. Ask another manager or an administrator to approve it.",
	})
}

func rejectionComment() error {
	field := invalid("comment", "COMMENT_REQUIRED", "却下の理由を入力してください。", "Say why it is rejected; the employee reads it.")
	return fault.New(fault.InvalidArgument, "COMMENT_REQUIRED", field.Text).WithFields(field)
}
