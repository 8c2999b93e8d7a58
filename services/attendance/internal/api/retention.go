package api

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/page"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/retention"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// GetRetention reads for how long records are kept.
func (a *Admin) GetRetention(ctx context.Context, _ *attendancev1.GetRetentionRequest) (*attendancev1.GetRetentionResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	held, err := a.store.GetRetention(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	return &attendancev1.GetRetentionResponse{Retention: retentionMessage(held)}, nil
}

// UpdateRetention checks the years against the law and stores the next version.
func (a *Admin) UpdateRetention(ctx context.Context, req *attendancev1.UpdateRetentionRequest) (*attendancev1.UpdateRetentionResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	change := func(held store.Retention) (int, error) {
		if etag := req.GetRetention().GetEtag(); etag != "" && etag != etagOf(held.Version) {
			return 0, store.StaleEtag()
		}
		years := int(req.GetRetention().GetYears())
		return years, retention.Check(years)
	}
	next, err := a.store.PutRetention(ctx, c.Tenant, actor(c), req.GetValidateOnly(), change)
	if err != nil {
		return nil, err
	}
	return &attendancev1.UpdateRetentionResponse{Retention: retentionMessage(next)}, nil
}

// ListRetentionVersions lists every version, newest first.
func (a *Admin) ListRetentionVersions(ctx context.Context, req *attendancev1.ListRetentionVersionsRequest) (*attendancev1.ListRetentionVersionsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	versions, next, err := listVersions(page.Of("retention"), req, func(v store.Retention) int64 { return v.Version },
		func(before int64, limit int) ([]store.Retention, error) {
			return a.store.ListRetention(ctx, c.Tenant, before, limit)
		})
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListRetentionVersionsResponse{NextPageToken: next}
	for _, v := range versions {
		res.Versions = append(res.Versions, retentionMessage(v))
	}
	return res, nil
}

func retentionMessage(r store.Retention) *attendancev1.Retention {
	message := &attendancev1.Retention{Name: "retention", Years: int32(r.Years), Version: r.Version, Actor: r.Actor, Etag: etagOf(r.Version)}
	if r.Version > 0 {
		message.UpdateTime = timestamppb.New(r.Created)
	}
	return message
}

// PreviewPurge tells what the next purge does with records that are old enough to look at, by the clock that the purge
// believes.
func (a *Admin) PreviewPurge(ctx context.Context, req *attendancev1.PreviewPurgeRequest) (*attendancev1.PreviewPurgeResponse, error) {
	until, err := a.store.Bound(ctx)
	if err != nil {
		return nil, err
	}
	return a.preview(ctx, req, a.store.UpTo(until))
}

func (a *Admin) preview(ctx context.Context, req *attendancev1.PreviewPurgeRequest, now time.Time) (*attendancev1.PreviewPurgeResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("purge"), page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 2)
	if err != nil {
		return nil, err
	}
	after := store.RecordKey{Tenant: c.Tenant}
	if at != nil {
		if after.Employee, err = page.ID(at[0]); err != nil {
			return nil, err
		}
		period, err := timeclock.ParsePeriod(at[1])
		if err != nil || period.String() != at[1] {
			return nil, page.Invalid()
		}
		after.Period = at[1]
	}
	records, err := a.store.Purgeable(ctx, now, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &attendancev1.PreviewPurgeResponse{}
	if len(records) > size {
		records = records[:size]
		res.NextPageToken, err = list.Token(records[size-1].Employee, records[size-1].Period)
	}
	for _, r := range records {
		res.Records = append(res.Records, purgeMessage(r, purgeVerdict(r, now)))
	}
	return res, err
}

func purgeVerdict(r store.Record, now time.Time) attendancev1.PurgeRecord_Verdict {
	switch {
	case r.Held:
		return attendancev1.PurgeRecord_ON_HOLD
	case !r.Finished:
		return attendancev1.PurgeRecord_UNFINISHED
	case r.Over(now):
		return attendancev1.PurgeRecord_REMOVE
	}
	return attendancev1.PurgeRecord_DUE
}

func purgeMessage(r store.Record, v attendancev1.PurgeRecord_Verdict) *attendancev1.PurgeRecord {
	return &attendancev1.PurgeRecord{
		Employee: "employees/" + r.Employee, Period: r.Period, Verdict: v, CompletedDay: r.Completed().String(), FreeDay: r.Free().String(),
		Punches: int32(r.Punches), Rows: int32(r.Facts),
	}
}
