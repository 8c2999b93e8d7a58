package api

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/page"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// GetWorkRules reads the rules in force.
func (a *Admin) GetWorkRules(ctx context.Context, _ *attendancev1.GetWorkRulesRequest) (*attendancev1.GetWorkRulesResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := a.store.GetWorkRules(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	return &attendancev1.GetWorkRulesResponse{WorkRules: workRulesMessage(rules)}, nil
}

// UpdateWorkRules checks the rules as a whole and stores the next version.
func (a *Admin) UpdateWorkRules(ctx context.Context, req *attendancev1.UpdateWorkRulesRequest) (*attendancev1.UpdateWorkRulesResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	change := func(held store.WorkRules, now time.Time) (store.WorkRules, error) {
		if etag := req.GetWorkRules().GetEtag(); etag != "" && etag != etagOf(held.Latest) {
			return held, store.StaleEtag()
		}
		return readWorkRules(req.GetWorkRules(), now)
	}
	rules, err := a.store.PutWorkRules(ctx, c.Tenant, actor(c), req.GetValidateOnly(), change)
	if err != nil {
		return nil, err
	}
	return &attendancev1.UpdateWorkRulesResponse{WorkRules: workRulesMessage(rules)}, nil
}

// ListWorkRulesVersions lists every version, newest first.
func (a *Admin) ListWorkRulesVersions(ctx context.Context, req *attendancev1.ListWorkRulesVersionsRequest) (*attendancev1.ListWorkRulesVersionsResponse, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	versions, next, err := listVersions(page.Of("workRules"), req, func(v store.WorkRules) int64 { return v.Version },
		func(before int64, limit int) ([]store.WorkRules, error) {
			return a.store.ListWorkRules(ctx, c.Tenant, before, limit)
		})
	if err != nil {
		return nil, err
	}
	res := &attendancev1.ListWorkRulesVersionsResponse{NextPageToken: next}
	for _, v := range versions {
		res.Versions = append(res.Versions, workRulesMessage(v))
	}
	return res, nil
}

// readWorkRules reads a message; what is absent takes its default. Every bad field is named at once.
func readWorkRules(from *attendancev1.WorkRules, now time.Time) (store.WorkRules, error) {
	rules := store.WorkRules{WorkRules: timeclock.DefaultWorkRules()}
	if from.GetDayCutoff() != "" {
		rules.Cutoff = readClock(from.GetDayCutoff())
	}
	if from.GetLongestShift() != nil {
		rules.LongestShift = from.GetLongestShift().AsDuration()
	}
	if from.GetDoubleTapWindow() != nil {
		rules.DoubleTap = from.GetDoubleTapWindow().AsDuration()
	}
	if from.GetUndoWindow() != nil {
		rules.Undo = from.GetUndoWindow().AsDuration()
	}
	if policy := from.GetDuplicatePolicy(); policy != attendancev1.WorkRules_DUPLICATE_POLICY_UNSPECIFIED {
		rules.Repeats = timeclock.Repeats(policy.String())
	}
	if policy := from.GetSubmittedPolicy(); policy != attendancev1.WorkRules_SUBMITTED_POLICY_UNSPECIFIED {
		rules.Locked = timeclock.Locked(policy.String())
	}
	bad := wrongRules(rules.Wrong())
	if from.GetEffectiveTime() != nil {
		if rules.Effective = millis(from.GetEffectiveTime().AsTime()); rules.Effective.Before(now) {
			bad = append(bad, invalid("workRules.effectiveTime", "IN_THE_PAST", "過去の日時は指定できません。", "The rules cannot be changed for the past."))
		}
	}
	if bad != nil {
		return rules, fault.Invalid(bad...)
	}
	return rules, nil
}

// readClock reads HH:MM; anything else is no time of a day, which the check of the rules finds.
func readClock(text string) time.Duration {
	at, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return -1
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
}

// clockText is the opposite of readClock.
func clockText(of time.Duration) string { return time.Time{}.Add(of).Format("15:04") }

// wrongRules says for each bad value what would be a good one.
func wrongRules(names []timeclock.RuleName) []fault.Field {
	ways := map[timeclock.RuleName]fault.Text{
		timeclock.RuleDayCutoff:       {JA: "00:00から23:59までの時刻をHH:MMで指定してください。", EN: "Use HH:MM from 00:00 to 23:59."},
		timeclock.RuleLongestShift:    {JA: "1分から24時間までを分単位で指定してください(例: 57600s)。", EN: "Use whole minutes from 60s to 86400s."},
		timeclock.RuleDoubleTapWindow: {JA: "0秒から600秒までを秒単位で指定してください(例: 60s)。", EN: "Use whole seconds from 0s to 600s."},
		timeclock.RuleUndoWindow:      {JA: "0秒から600秒までを秒単位で指定してください(例: 60s)。", EN: "Use whole seconds from 0s to 600s."},
		timeclock.RuleDuplicatePolicy: {JA: "FIRST_IN_LAST_OUT または ERROR_ON_REPEAT を指定してください。", EN: "Use FIRST_IN_LAST_OUT or ERROR_ON_REPEAT."},
		timeclock.RuleSubmittedPolicy: {JA: "REFUSE または HOLD を指定してください。", EN: "Use REFUSE or HOLD."},
	}
	var fields []fault.Field
	for _, name := range names {
		fields = append(fields, fault.Field{Path: "workRules." + string(name), Reason: "OUT_OF_RANGE", Text: ways[name]})
	}
	return fields
}

func workRulesMessage(w store.WorkRules) *attendancev1.WorkRules {
	message := &attendancev1.WorkRules{
		Name:            "workRules",
		DayCutoff:       clockText(w.Cutoff),
		LongestShift:    durationpb.New(w.LongestShift),
		DoubleTapWindow: durationpb.New(w.DoubleTap),
		UndoWindow:      durationpb.New(w.Undo),
		DuplicatePolicy: attendancev1.WorkRules_DuplicatePolicy(attendancev1.WorkRules_DuplicatePolicy_value[string(w.Repeats)]),
		SubmittedPolicy: attendancev1.WorkRules_SubmittedPolicy(attendancev1.WorkRules_SubmittedPolicy_value[string(w.Locked)]),
		Version:         w.Version, Actor: w.Actor, Etag: etagOf(w.Latest),
	}
	if w.Version > 0 {
		message.EffectiveTime, message.UpdateTime = timestamppb.New(w.Effective), timestamppb.New(w.Created)
	}
	return message
}
