package api

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/platform/rpc"
	"github.com/dakoku/dakoku/services/integration/internal/check"
	"github.com/dakoku/dakoku/services/integration/internal/connection"
	"github.com/dakoku/dakoku/services/integration/internal/store"
)

// withFigures shows connections together with what happened on them.
func (a *Admin) withFigures(ctx context.Context, org string, found ...connection.Connection) ([]*integrationv1.Connection, error) {
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	figures, err := a.store.Figures(ctx, org, ids)
	if err != nil {
		return nil, err
	}
	room, err := a.store.RateLimits(ctx, org, ids, a.limit)
	if err != nil {
		return nil, err
	}
	out := make([]*integrationv1.Connection, len(found))
	for i, c := range found {
		out[i] = connectionOut(c, rpc.Language(ctx))
		out[i].Figures = figuresOut(figures[c.ID])
		out[i].Figures.RefusedLookUps = lookUpsOut(figures[c.ID].LookUps, rpc.Language(ctx))
		out[i].Figures.RateLimit = &integrationv1.Connection_RateLimit{
			Limit: int32(room[c.ID].Limit), Remaining: int32(room[c.ID].Remaining), Sustained: room[c.ID].Sustained,
		}
	}
	return out, nil
}

func figuresOut(f connection.Figures) *integrationv1.Connection_Figures {
	return &integrationv1.Connection_Figures{
		LastCallbackTime: momentOut(f.LastCallback), LastReplyTime: momentOut(f.LastReply),
		Callbacks: f.Callbacks, SignatureFailures: f.SignatureFailures, UnmatchedTexts: f.UnmatchedTexts,
		UnlinkedSenders: f.UnlinkedSenders, QueuedReplies: f.QueuedReplies, OldestQueuedReplyTime: momentOut(f.OldestQueued),
		FailedReplies: f.FailedReplies, SendingPausedUntilTime: momentOut(f.PausedUntil), SendingPauseReason: f.PauseReason,
		AccessTokenExpireTime: momentOut(f.AccessTokenEnds), RefusedAccessTokens: int32(f.RefusedTokens),
		UnsentReplies: unsentOut(f.Unsent),
	}
}

// lookUpsOut leaves out what LINE WORKS does not refuse.
func lookUpsOut(l connection.LookUps, language string) *integrationv1.Connection_RefusedLookUps {
	if l.Refused == 0 {
		return nil
	}
	why := check.LookUps(l.Cause)
	return &integrationv1.Connection_RefusedLookUps{
		Reason: string(l.Cause.Reason), Detail: l.Cause.Code, Refused: int32(l.Refused), SinceTime: momentOut(l.Since), LastTime: momentOut(l.Last),
		Message: why.Found.In(language), Remedy: why.Remedy.In(language),
	}
}

func unsentOut(unsent []connection.Unsent) []*integrationv1.Connection_UnsentReplies {
	var out []*integrationv1.Connection_UnsentReplies
	for _, u := range unsent {
		out = append(out, &integrationv1.Connection_UnsentReplies{
			Reason: u.Reason, Waiting: u.Waiting, Failed: u.Failed, LastFailureTime: momentOut(u.Last),
		})
	}
	return out
}

// momentOut leaves the time out that never was.
func momentOut(at time.Time) *timestamppb.Timestamp {
	if at.IsZero() {
		return nil
	}
	return timestamppb.New(at)
}

// ListConnectionHours answers every hour, also the empty ones.
func (a *Admin) ListConnectionHours(ctx context.Context, req *integrationv1.ListConnectionHoursRequest) (*integrationv1.ListConnectionHoursResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	n := int(req.GetHours())
	if n == 0 {
		n = connection.Day
	}
	found, err := a.store.Hours(ctx, org, canonical(req.GetConnection()), n)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListConnectionHoursResponse{}
	for _, h := range found {
		out.Hours = append(out.Hours, &integrationv1.ConnectionHour{
			Hour: timestamppb.New(h.Start), Callbacks: h.Callbacks, SignatureFailures: h.SignatureFailures, UnmatchedTexts: h.UnmatchedTexts,
			SentReplies: h.SentReplies, FailedReplies: h.FailedReplies,
		})
	}
	return out, nil
}

// timeIn is nil for no time and for one that cannot be.
func timeIn(at *timestamppb.Timestamp) *time.Time {
	if !at.IsValid() {
		return nil
	}
	out := at.AsTime()
	return &out
}

// ReportTraffic stores what a public door has seen.
func (m *Machine) ReportTraffic(ctx context.Context, req *integrationv1.ReportTrafficRequest) (*integrationv1.ReportTrafficResponse, error) {
	type place struct {
		tenant, connection string
		hour               int64
	}
	var seen []store.Traffic
	known := map[place]bool{}
	for _, h := range req.GetHours() {
		t := store.Traffic{
			Tenant: canonical(h.GetTenant()), Connection: canonical(h.GetConnection()), Hour: h.GetHour().AsTime(),
			Callbacks: h.GetCallbacks(), SignatureFailures: h.GetSignatureFailures(), UnmatchedTexts: h.GetUnmatchedTexts(),
		}
		t.LastCallback, t.LastFailure = timeIn(h.GetLastCallbackTime()), timeIn(h.GetLastFailureTime())
		for _, k := range h.GetVerifiedKeys() {
			if last := timeIn(k.GetLastTime()); last != nil {
				t.Verified = append(t.Verified, store.Verified{Bot: k.GetBot(), Print: k.GetFingerprint(), Last: *last})
			}
		}
		at := place{t.Tenant, t.Connection, t.Hour.Truncate(time.Hour).Unix()}
		if !known[at] && isID(t.Connection) && h.GetHour().IsValid() {
			known[at], seen = true, append(seen, t)
		}
	}
	if err := m.store.Report(ctx, req.GetReporter(), seen); err != nil {
		return nil, err
	}
	return &integrationv1.ReportTrafficResponse{}, nil
}
