package eventadmin

import (
	"context"
	"errors"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/inbox"
)

// ReleaseEvent gives an event of the caller's organization back to be judged.
func (s *Service) ReleaseEvent(ctx context.Context, in *gatewayv1.ReleaseEventRequest) (*gatewayv1.ReleaseEventResponse, error) {
	caller, ok := rpc.CallerFrom(ctx)
	if !ok {
		return nil, fault.New(fault.Internal, "CALLER_MISSING", fault.Text{})
	}
	id, ok := idOf(in.GetEvent(), "events/")
	if !ok || in.GetEvent() == "" {
		return nil, refused(inbox.ErrMissing, inbox.Accepted{})
	}
	a, err := s.Inbox.Release(ctx, inbox.Release{Tenant: caller.Tenant, ID: id, Origin: rpc.Origin(ctx), Bots: s.Bots})
	if err != nil {
		return nil, refused(err, a)
	}
	e := eventOf(a)
	e.Reply = s.replies(ctx, caller.Tenant, []inbox.Accepted{a})[0]
	return &gatewayv1.ReleaseEventResponse{Event: e}, nil
}

// refusals are why an event cannot be given back, and what of it they name.
var refusals = map[error]struct {
	kind   fault.Kind
	reason string
	about  string
	text   fault.Text
}{
	inbox.ErrMissing: {fault.NotFound, "EVENT_NOT_FOUND", "", fault.Text{
		JA: "イベントが見つかりません。一覧で ID を確認してください。", EN: "There is no such event. Look its id up in the list."}},
	inbox.ErrNotQuarantined: {fault.Precondition, "EVENT_NOT_QUARANTINED", "outcome", fault.Text{
		JA: "このイベントは隔離されていないため、判定し直せません。判定し直せるのは、結果が QUARANTINED のイベントだけです。",
		EN: "This event is not in quarantine, so it cannot be given back. Only events with the outcome QUARANTINED can."}},
	inbox.ErrNotReleasable: {fault.Precondition, "EVENT_NOT_RELEASABLE", "reason", fault.Text{
		JA: "この理由で隔離されたイベントは、判定し直しても同じ結果になります。打刻であれば、本人に確認して手動で登録してください。",
		EN: "What this event is in quarantine for does not pass, so it cannot be given back. If it was a punch, ask the person and enter it by hand."}},
	inbox.ErrErased: {fault.Precondition, "EVENT_BODY_ERASED", "", fault.Text{
		JA: "受信から90日を過ぎて本文が消去されたため、判定し直せません。打刻であれば、本人に確認して手動で登録してください。",
		EN: "The body of this event was erased 90 days after it was received, so it cannot be given back. If it was a punch, ask the person and enter it by hand."}},
	inbox.ErrAhead: {fault.Precondition, "EVENT_AHEAD", "issuedTime", fault.Text{
		JA: "送信時刻がまだデータベースの時計より2分以上先のため、判定し直せません。データベースサーバーの時計を確認するか、その時刻を過ぎてからもう一度お試しください。",
		EN: "The event is still more than two minutes ahead of the clock of the database. Check that clock, or try again when the time has come."}},
	inbox.ErrTwice: {fault.Precondition, "EVENT_TWICE", "", fault.Text{
		JA: "同じイベントが別に受信され、そちらで判定されています。判定し直す必要はありません。",
		EN: "The same event was accepted another time and is judged there. It need not be given back."}},
	inbox.ErrBotUnknown: {fault.Precondition, "EVENT_BOT_UNKNOWN", "", fault.Text{
		JA: "このイベントを受信した Bot が連携に登録されていないため、二重に記録されないことを確かめられません。Bot の認証情報を連携に戻してから、もう一度お試しください。",
		EN: "The bot that this event came by is not known to its connection, so nobody can tell that it would not be recorded twice. Enter the keys of that bot again, then try again."}},
}

// refused is an error with a way out, where there is one.
func refused(err error, a inbox.Accepted) error {
	for is, r := range refusals {
		if !errors.Is(err, is) {
			continue
		}
		f := fault.New(r.kind, r.reason, r.text)
		if r.about != "" {
			f = f.With(r.about, map[string]string{"outcome": a.Outcome, "reason": a.Reason, "issuedTime": written(a.Issued)}[r.about])
		}
		return f.Because(err)
	}
	return readable(err)
}
